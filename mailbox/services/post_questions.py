"""What somebody looks for in post, from one page to the next: sealed, for words say what somebody has on their mind.

It stands in an address, where a browser's history and others' logs keep it: as a box that is good for who asked, and
for the post that they asked it of.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass
from typing import Final

from mailbox.crypto import Keyholder, Sealer
from mailbox.domain.errors import NotFound, SealBroken
from mailbox.domain.identifiers import GrantId
from mailbox.domain.people import Person
from mailbox.domain.ports import Clock, Store
from mailbox.services.access import Gate
from mailbox.services.opening_reasons import NOBODY_ASKS, ReasonPolicy

_PURPOSE: Final = "post-question"


@dataclass(frozen=True, kw_only=True, slots=True)
class PostQuestion:
    """`words` as they were typed, and a topic; empty leaves open."""

    words: str = ""
    topic: str = ""


NOTHING_ASKED: Final = PostQuestion()


class PostQuestions:
    """Nothing of it is in the store."""

    def __init__(
        self,
        *,
        store: Store,
        sealer: Sealer,
        keyholder: Keyholder,
        clock: Clock,
        reasons: ReasonPolicy = NOBODY_ASKS,
    ) -> None:
        """`reasons`: who must say why before they look for anything through a grant."""
        self._store = store
        self._sealer = sealer
        self._gate = Gate(sealer=sealer, keyholder=keyholder, reasons=reasons)
        self._clock = clock

    async def sealed(self, reader: Person, question: PostQuestion, *, through: GrantId | None = None) -> str:
        """URL-safe; empty for no question.

        Raises:
            NotFound: a grant that does not stand for this reader.
            ReasonNeeded: the reader must say first why they open this person's post.
        """
        if through is not None:
            async with self._store.read() as tx:
                await self._gate.open(tx, reader, through, self._clock.now_ms())
        if question == NOTHING_ASKED:
            return ""
        asked = json.dumps(asdict(question), ensure_ascii=False).encode()
        box = self._sealer.seal_operator(_PURPOSE, _ids(reader, through), asked)
        return base64.urlsafe_b64encode(box).decode()

    def opened(self, reader: Person, text: str, *, through: GrantId | None = None) -> PostQuestion:
        """What `sealed` made of it. Raises NotFound: not ours, or not for this reader and this post."""
        if not text:
            return NOTHING_ASKED
        try:
            box = base64.b64decode(text, altchars=b"-_", validate=True)
            return PostQuestion(**json.loads(self._sealer.open_operator(_PURPOSE, _ids(reader, through), box)))
        except (SealBroken, binascii.Error, ValueError):
            raise NotFound from None


def _ids(reader: Person, through: GrantId | None) -> tuple[bytes, ...]:
    return reader.mailbox_id, through or reader.mailbox_id
