"""What a letter does to a debt, by its sort (`berichtsoort`): data, with the nature of the letter for other sorts."""

from __future__ import annotations

from enum import Enum
from typing import Final

from mailbox.domain.law.regimes import Regime, Stage
from mailbox.domain.letters import LetterMetadata


class Role(Enum):
    """A bill begins a debt; a collecting letter takes it further; a plan agrees how it is paid."""

    NONE = "geen"
    BILL = "rekening"
    COLLECTS = "invordering"
    PLAN = "regeling"


_STAGES: Final = {
    "bd_aanmaning": Stage.REMINDED,
    "bd_dwangbevel": Stage.WRIT,
    "bd_beslag_vordering": Stage.SEIZURE,
    "cjib_wahv_aanmaning1": Stage.REMINDED,
    "cjib_wahv_aanmaning2": Stage.REMINDED_AGAIN,
    "cjib_dwangbevel": Stage.WRIT,
    "cjib_verhaal": Stage.SEIZURE,
    "cjib_gijzeling": Stage.WRIT,  # asks the judge for pressure; what one pays still ends it (Wahv art. 28 lid 4)
    "duo_herinnering": Stage.REMINDED,
    "duo_aanmaning": Stage.REMINDED_AGAIN,
    "svb_aanmaning": Stage.REMINDED,
    "uwv_invordering": Stage.REMINDED,
}
_PLANS: Final = frozenset({"cjib_betalingsregeling", "tsl_betalingsregeling"})
_NATURES: Final = {"herinnering": Stage.REMINDED, "aanmaning": Stage.REMINDED}
_REGIMES: Final = (
    ("cjib_strafbeschikking", Regime.OM),
    ("cjib_", Regime.WAHV),
    ("bd_", Regime.TAX),
    ("tsl_", Regime.ALLOWANCE),
    ("duo_", Regime.DUO),
)
_RESTS_ON: Final = {
    "uwv_terugvordering": "uwv_herziening",
    "uwv_boete": "uwv_herziening",
    "uwv_invordering": "uwv_herziening",
    "svb_terugvordering": "svb_aio_besluit",
    "svb_aanmaning": "svb_aio_besluit",
    "tsl_terugvordering": "tsl_definitief",
}
"""The decision that a letter follows from: who disagrees must object to that one (LETTERS 8)."""


def follows_a_bill(kind: str, nature: str) -> bool:
    """Whether a letter of this sort and nature takes an earlier bill further, or agrees how it is paid."""
    return kind in _PLANS or kind in _STAGES or nature in _NATURES


def role_of(letter: LetterMetadata) -> Role:
    """What the letter does. Money that is not asked yet (a study debt, an intended fine) is no bill."""
    if letter.amounts is None or not letter.amounts.to_pay:
        return Role.NONE
    if letter.kind in _PLANS or (letter.kind == "uwv_invordering" and letter.nature == "betaling"):
        return Role.PLAN
    if letter.kind in _STAGES or letter.nature in _NATURES:
        return Role.COLLECTS
    return Role.BILL if asks_payment(letter) else Role.NONE


def stage_of(letter: LetterMetadata) -> Stage:
    """How far collecting has come with this letter; for a bill, nowhere yet."""
    return _STAGES.get(letter.kind) or _NATURES.get(letter.nature, Stage.OPEN)


def regime_of(letter: LetterMetadata) -> Regime:
    """By which law the debt of this letter is collected: of others, the general one."""
    if letter.kind == "cjib_dwangbevel" and "onderwijs" in letter.topics:
        return Regime.DUO
    return next((regime for prefix, regime in _REGIMES if letter.kind.startswith(prefix)), Regime.AWB)


def mother_kind(letter: LetterMetadata) -> str | None:
    """The sort of the decision that this letter follows from."""
    return _RESTS_ON.get(letter.kind)


def asks_payment(letter: LetterMetadata) -> bool:
    """Whether the letter says how or when to pay."""
    return letter.payment is not None or any(due.kind == "betalen" for due in letter.deadlines)
