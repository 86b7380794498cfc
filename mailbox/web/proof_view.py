"""What we sent about a letter, in words: on its page, and as a file to show to others. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from mailbox.domain.alerts import AlertKind, Way
from mailbox.domain.letters import LetterMetadata
from mailbox.services.alert_proofs import Outcome, Told, new_post_of
from mailbox.web import formats, words
from mailbox.web.pdf_pages import PdfPages

_SENT: Final = {
    AlertKind.NEW_POST: "Wij stuurden u {} dat er nieuwe post is.",
    AlertKind.REMINDER: "Wij stuurden u {} om u te herinneren.",
}
_WAYS: Final = {Way.EMAIL: "een e-mail", Way.SMS: "een sms"}
_UNSURE: Final = "Wij weten niet zeker of die aankwam."
_REFUSED: Final = "Wij wilden u een bericht sturen. Dat werd geweigerd."
_CAME_BACK: Final = {
    Way.EMAIL: "Onze e-mail kwam terug. Uw e-mailadres nam die niet aan.",
    Way.SMS: "Onze sms kwam niet aan bij uw telefoonnummer.",
}
_BROKEN: Final = "Wij schreven op dat wij u een bericht stuurden. Wat wij opschreven, is daarna veranderd."
_NOT_NEEDED: Final = (
    "Wij stuurden u geen bericht dat deze brief er was. Dat was niet meer nodig: u las de brief al, u wilde geen "
    "berichten meer, of de brief geldt niet meer."
)
_WAITS: Final = "Het bericht dat deze brief er is, moet nog weg. Dat kan een paar uur duren."
_STOPPED: Final = "Later was een bericht niet meer nodig."
_NOBODY: Final = (
    "Wij stuurden u geen bericht toen deze brief kwam. Wij wisten toen niet waar wij u kunnen bereiken, of u "
    "wilde geen berichten over nieuwe post."
)
_NEVER: Final = "Deze dienst stuurt geen berichten over nieuwe post."
_LAW: Final = (
    "Kreeg u geen bericht dat de brief er was, en kon u daar niets aan doen? Dan mag {} niet tegen u gebruiken dat u "
    "daardoor te laat reageerde. Dat staat in artikel 2:22 van de Algemene wet bestuursrecht. Koos u er zelf voor om "
    "geen berichten te krijgen? Dan geldt dit niet."
)
_SOURCE: Final = "Waar dit vandaan komt: wat Mijnoverzicht opschreef op het moment dat een bericht weg ging."
_NO_CONTENT: Final = "In onze berichten staat nooit wat er in een brief staat."


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofLine:
    """Something that happened, and what the message said."""

    at_ms: int
    text: str
    said: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProofView:
    """`nothing`: why no message went out, where none did. `law`: what one has of that."""

    lines: tuple[ProofLine, ...]
    nothing: str
    law: str


def proof_view(told: Sequence[Told], sender: str, *, is_possible: bool) -> ProofView:
    """`is_possible`: whether this service sends messages at all."""
    lines = sorted((line for one in told for line in _lines(one, sender)), key=lambda line: line.at_ms)
    return ProofView(
        lines=tuple(lines),
        nothing=_nothing(new_post_of(told), is_possible=is_possible),
        law=_LAW.format(words.with_article(sender)),
    )


def _lines(told: Told, sender: str) -> Iterator[ProofLine]:
    if told.refused_ms is not None:
        went_before = told.way if told.at_ms <= told.refused_ms else None
        yield ProofLine(at_ms=told.refused_ms, text=_CAME_BACK[went_before] if went_before else _REFUSED)
    match told.outcome:
        case Outcome.BROKEN:
            yield ProofLine(at_ms=told.at_ms, text=_BROKEN)
        case Outcome.SENT | Outcome.UNSURE:
            unsure = f" {_UNSURE}" if told.outcome is Outcome.UNSURE else ""
            sent = _SENT[told.kind].format(_WAYS[told.way or Way.EMAIL])
            yield ProofLine(at_ms=told.at_ms, text=f"{sent}{unsure}", said=_said(told, sender))
        case Outcome.WAITS | Outcome.NOT_NEEDED:
            pass  # nothing happened


def _nothing(new_post: Told | None, *, is_possible: bool) -> str:
    if new_post is None:
        return _NOBODY if is_possible else _NEVER
    if new_post.outcome is Outcome.NOT_NEEDED:
        return _NOT_NEEDED if new_post.refused_ms is None else _STOPPED
    return _WAITS if new_post.outcome is Outcome.WAITS and new_post.refused_ms is None else ""


def _said(told: Told, sender: str) -> str:
    """As `alert_texts` put it."""
    expects = told.reaction or told.kind is AlertKind.REMINDER
    by = f", uiterlijk {formats.day(told.by)}" if told.by else ""
    return f"Daarin stond: van {words.with_article(sender)}." + (f" De afzender vraagt iets van u{by}." * expects)


def proof_pdf(view: ProofView, letter: LetterMetadata, sender: str, *, owner: str, made_ms: int) -> bytes:
    """The file. It names the letter, and tells nothing of what is in it but the subject."""
    pdf = PdfPages(title="Wat wij u stuurden over een brief", owner=owner, made_ms=made_ms, about=(_SOURCE,))
    pdf.write("De brief", size=13, bold=True)
    pdf.write(f"{letter.subject}. Van {words.with_article(sender)}, kenmerk {letter.reference}.")
    pdf.write(f"De brief staat in Mijnoverzicht sinds {_moment(letter.publish_ms)}.", after=2)
    pdf.write("Wat wij stuurden", size=13, bold=True)
    for line in view.lines:
        pdf.rule()
        pdf.write(_moment(line.at_ms), bold=True, before=1)
        pdf.write(" ".join(filter(None, (line.text, line.said))))
        pdf.space()
    for text in filter(None, (view.nothing, _NO_CONTENT)):
        pdf.write(text, after=1)
    pdf.write("Wat de wet zegt", size=13, bold=True, before=2)
    pdf.write(view.law)
    return pdf.content()


def _moment(at_ms: int) -> str:
    return f"{formats.day(at_ms)}, {formats.clock_time(at_ms)}"
