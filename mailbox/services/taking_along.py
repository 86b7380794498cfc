"""All that a citizen has here, to take along (GDPR art. 15 and 20): every letter whole, with its attachments.

The log says so before the first letter leaves, of all letters at once: one act, one entry. It reads nothing for them:
what was new stays new.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from consent import Action
from mailbox.crypto import Keyholder, LetterKey, OpenMailbox, Sealer
from mailbox.domain.claims.said import Said
from mailbox.domain.errors import SealBroken, TemporarilyUnavailable
from mailbox.domain.identifiers import LetterId
from mailbox.domain.letters import AttachmentInfo, LetterMetadata, LetterText, read_text
from mailbox.domain.people import Person
from mailbox.domain.ports import ObjectStore, Store
from mailbox.services.access import Gate
from mailbox.services.log_entries import Act
from mailbox.services.whole_post import Made, Making, WholePost


@dataclass(frozen=True, kw_only=True, slots=True)
class Holdings:
    """How much there is; `size` of the attachments, in bytes."""

    letters: int
    files: int
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenLetter:
    """A letter. `text` None: what is stored of it is not what we wrote."""

    metadata: LetterMetadata
    text: LetterText | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenFile:
    """An attachment of the letter before. `content` None: it is not there now, or is not what we wrote."""

    letter_id: LetterId
    info: AttachmentInfo
    content: bytes | None


Taken = TakenLetter | TakenFile


class Parcel:
    """What was logged as taken along, to be opened now. `broken`: letters of which nothing opens."""

    def __init__(self, made: Made[Sequence[LetterMetadata]], opening: _Opening) -> None:
        self.owner, self.broken, self._letters, self._opening = made.owner, made.broken, made.what, opening

    async def contents(self) -> AsyncIterator[Taken]:
        """Newest first, each letter before its files; one at a time, so that little is in memory."""
        for letter in self._letters:
            key, taken = await self._opening.letter(letter)
            yield taken
            for info in letter.attachments:
                yield TakenFile(
                    letter_id=letter.letter_id,
                    info=info,
                    content=await self._opening.file(letter.letter_id, info.number, key),
                )


class TakingAlong:
    """The citizen's own; helpers take a dossier, within their grant."""

    def __init__(
        self, *, store: Store, objects: ObjectStore, sealer: Sealer, keyholder: Keyholder, whole_post: WholePost
    ) -> None:
        self._store = store
        self._objects = objects
        self._gate = Gate(sealer=sealer, keyholder=keyholder)
        self._whole_post = whole_post

    async def holdings(self, citizen: Person) -> Made[Holdings]:
        """How much it would be. It tells of no letter, so it is no look."""
        making = Making(make=_counted, tells_of=lambda _: (), act=Act.LIST, action=Action.DOWNLOAD)
        return await self._whole_post.made(citizen, making)

    async def begin(self, citizen: Person) -> Parcel:
        """Logs that all of it is taken along. Raises as `WholePost.made`."""
        making = Making(make=_all, tells_of=_ids, act=Act.TAKEN_ALONG, action=Action.DOWNLOAD)
        made = await self._whole_post.made(citizen, making)
        async with self._store.read() as tx:
            keys = await self._gate.unlock(tx, citizen)
        return Parcel(made, _Opening(store=self._store, objects=self._objects, citizen=citizen, keys=keys))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Opening:
    """Opens what was logged. Each letter in a moment of its own: a slow line must not hold up the store."""

    store: Store
    objects: ObjectStore
    citizen: Person
    keys: OpenMailbox

    async def letter(self, letter: LetterMetadata) -> tuple[LetterKey | None, TakenLetter]:
        own = self.citizen.mailbox_id
        async with self.store.read() as tx:
            sealed = await tx.letters.get(own, own, letter.letter_id, visible_at_ms=letter.publish_ms)
        if sealed is None:
            return None, TakenLetter(metadata=letter, text=None)
        try:
            key = self.keys.letter_key(letter.letter_id, sealed.summary.key)
            return key, TakenLetter(metadata=letter, text=read_text(key.open_body(sealed.body_box)))
        except SealBroken:
            return None, TakenLetter(metadata=letter, text=None)

    async def file(self, letter_id: LetterId, number: int, key: LetterKey | None) -> bytes | None:
        """None: see `TakenFile`. What is missing must not keep anybody from the rest."""
        async with self.store.read() as tx:
            name = await tx.letters.object_name(self.citizen.mailbox_id, letter_id, number)
        if key is None or name is None:
            return None
        try:
            box = await self.objects.get(name)
            return None if box is None else key.open_attachment(number, box)
        except (SealBroken, TemporarilyUnavailable, OSError):
            return None


def _all(letters: Sequence[LetterMetadata], _: Said) -> Sequence[LetterMetadata]:
    return letters


def _counted(letters: Sequence[LetterMetadata], _: Said) -> Holdings:
    files = [info.size for letter in letters for info in letter.attachments]
    return Holdings(letters=len(letters), files=len(files), size=sum(files))


def _ids(letters: Sequence[LetterMetadata]) -> Sequence[LetterId]:
    return [letter.letter_id for letter in letters]
