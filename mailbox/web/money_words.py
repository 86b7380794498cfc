"""How a debt stands and what comes, in plain Dutch."""

from __future__ import annotations

from datetime import date
from typing import Final

from mailbox.domain.claims.claims import Coming
from mailbox.domain.claims.debts import Owed, State
from mailbox.domain.law.regimes import Foreseen, Meanwhile, Regime, Stage
from mailbox.web import formats
from mailbox.web.words import with_article

STATES: Final = {
    State.OPEN: "Rekening",
    State.REMINDED: "Aanmaning",
    State.REMINDED_AGAIN: "Laatste aanmaning",
    State.WRIT: "Dwangbevel",
    State.SEIZURE: "Beslag of inhouding",
    State.PLAN: "Betalingsregeling",
    State.PAID: "Betaald",
    State.WITHDRAWN: "Ingetrokken",
}
_FREE_REMINDER: Final = "Herinnering"
"""DUO reminds once before it costs something."""
_PLAN_STOPS: Final = "De regeling stopt. U moet dan alles in één keer betalen."
_BAILIFF: Final = "De deurwaarder kan beslag leggen op uw loon, uw geld of uw spullen."
_OPEN_ENDED: Final = {
    (Regime.WAHV, Stage.SEIZURE): "Het CJIB kan het geld van uw loon of rekening laten halen, of uw rijbewijs innemen.",
    (Regime.AWB, Stage.WRIT): "De organisatie kan het inhouden op uw uitkering of loon, of een deurwaarder sturen.",
    (Regime.DUO, Stage.WRIT): "Uw schuld gaat naar het CJIB, en daarna naar een deurwaarder.",
    (Regime.OM, Stage.SEIZURE): "Er kan een deurwaarder komen, of u moet naar de rechter.",
}
MEANWHILE: Final = {
    Meanwhile.PAY: "U moet wel op tijd betalen. U kunt de organisatie om uitstel vragen.",
    Meanwhile.WAIT: "Bent u op tijd? Dan hoeft u nog niet te betalen tot er een antwoord is.",
    Meanwhile.ASK: "Meestal hoeft u nog niet te betalen. Vraag de organisatie wel om uitstel.",
}
ACCEPTS: Final = "Let op: als u betaalt, bent u het eens met de straf. U kunt dan niet meer in verzet."
"""Who pays a penalty order of their own will waives the right to object (Sv art. 257e lid 1)."""
ASK: Final = "Vraag de organisatie of u intussen moet betalen."


def state_words(owed: Owed) -> str:
    """A word or two for the badge."""
    return _stage_words(owed.regime, owed.state)


def task_words(owed: Owed) -> str:
    """What one has to do about it."""
    amount = formats.money(owed.open)
    if owed.state is State.PLAN:
        return f"Betaal uw regeling. Er staat nog {amount} open"
    return f"Er staat nog {amount} open" if owed.state is State.SEIZURE else f"Betaal {amount}"


def grown_words(owed: Owed) -> str:
    """What was added since the first letter; empty for nothing."""
    return f"Er kwam {formats.money(owed.added)} bij. Het begon met {formats.money(owed.began)}." if owed.added else ""


def becomes_words(owed: Owed, coming: Coming | None, today: date) -> str:
    """What comes first if nothing is done, in one or two sentences; empty where that is not known."""
    if coming is None:
        return ""
    first = coming.steps[0]
    passed = coming.after <= today
    if first.sums.open > owed.open:
        amount = amount_words(first)
        return f"Het kan nu {amount} worden." if passed else f"Betaalt u niet op tijd? Dan wordt het {amount}."
    start = "" if passed else "Betaalt u niet op tijd? "
    return start + step_words(first)


def amount_words(one: Foreseen) -> str:
    """What is to pay after a step; of what nobody looked up yet, about so much."""
    return formats.money(one.sums.open) if one.step.confirmed else f"ongeveer {formats.money(one.sums.open)}"


def step_words(one: Foreseen) -> str:
    """What a step is."""
    step = one.step
    if step.becomes is step.after:
        return _PLAN_STOPS
    if step.open_ended:
        return f"{_OPEN_ENDED.get((step.regime, step.becomes), _BAILIFF)} Dat kan extra geld kosten."
    named = _stage_words(step.regime, State[step.becomes.name]).lower()
    return f"U krijgt een {named}." if step.adds else f"U krijgt een {named}. Die kost nog niets."


def seized_words(sender: str) -> str:
    """Of what is taken already: who pays as well would pay twice."""
    who = with_article(sender)
    return f"Dit geld wordt al geïnd. Bel {who} vóór u zelf betaalt. Anders betaalt u misschien dubbel."


def caveat(coming: Coming) -> str:
    """What is not sure about the amounts; empty for nothing."""
    if any(not one.step.confirmed for one in coming.steps):
        return "Deze bedragen zijn een schatting. Wij hebben ze nog niet in de wet nagekeken."
    years = {one.step.since.year for one in coming.steps if one.step.regime is not Regime.WAHV and one.step.adds}
    return f"Wij rekenen met de bedragen van {max(years)}." if years and max(years) < coming.after.year else ""


def _stage_words(regime: Regime, state: State) -> str:
    return _FREE_REMINDER if (regime, state) == (Regime.DUO, State.REMINDED) else STATES[state]


def unread_words(letters: int) -> str:
    """Of letters that do not open; nothing when there are none."""
    if not letters:
        return ""
    if letters == 1:
        return "1 brief kunnen wij niet lezen. Wat in die brief staat, telt niet mee."
    return f"{letters} brieven kunnen wij niet lezen. Wat in die brieven staat, telt niet mee."
