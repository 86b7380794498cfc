"""Who tries to get at Jaylano's post: each with a session, and with post and people of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from mailbox.domain.identifiers import id_text
from mailbox.domain.people import Document, Identity, Subject
from mailbox.services.desk import CounterVisit
from mailbox.services.granting import GrantDraft
from tests.attacks.house import House, joining, wide
from tests.attacks.routes import Things
from tests.web.story import JAYLANO, KARIN, LEO, SAMIRA
from tests.world import DAY_MS

COLLEAGUE: Final = Identity(
    subject=Subject(kind="pseudonym", value="mo"), name="Mo Haddad", organisation=KARIN.organisation
)
NEIGHBOUR: Final = Identity(subject=Subject(kind="pseudonym", value="ria"), name="Ria Dam")
CLERK: Final = Identity(
    subject=Subject(kind="pseudonym", value="bo"), name="Bo Smit", organisation="Gemeente Utrecht", desk=True
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Intruder:
    """Someone who is logged in. `own`: one of each thing, which they may see.

    `is_told`: reads in the own list of people that Jaylano's post is not available. `has_row`: a row of that list, on
    which a mark of one's own can stand, shown or not.
    """

    who: Identity
    cookie: str
    own: Things
    is_told: bool = False
    has_row: bool = False


async def settled(house: House, who: Identity) -> Intruder:
    """This person, who helps Samira as well. Samira herself is helped by Leo."""
    story, helper = house.story, LEO if who == SAMIRA else who
    letter = await story.deliver(SAMIRA, "duo_bericht_sf")
    grant = await story.grant(SAMIRA, helper, wide(300))
    person = await story.person(who)
    draft = await story.services.drafts.begin(person, {"naam": ["Tante Ria"]})
    concept = await story.services.proposals.put(replace(person, app="Postkijker"), "Tante Ria", wide(300))
    own = {
        "letter_id": id_text(letter),
        "grant_id": id_text(grant),
        "draft_id": id_text(draft.draft_id),
        "concept_id": id_text(concept.draft_id),
        "joining_id": await joining(story, who),
        "counter_id": id_text(draft.draft_id),
        "ref": (await story.services.granting.grants_of(await story.person(SAMIRA)))[0].helpers[0].ref,
    }
    return Intruder(who=who, cookie=await house.cookie(who), own=own)


async def other_citizen(house: House) -> Intruder:
    return await settled(house, SAMIRA)


async def other_helper(house: House) -> Intruder:
    """A neighbour of someone else."""
    return await settled(house, NEIGHBOUR)


async def helper_of_another_organisation(house: House) -> Intruder:
    return await settled(house, LEO)


async def colleague_who_was_not_let_in(house: House) -> Intruder:
    """Of the organisation for which Karin looks along."""
    return await settled(house, COLLEAGUE)


async def caseworker_who_left(house: House) -> Intruder:
    """Was let in by Karin, and left the organisation. Karin goes on."""
    await _let_in(house)
    assert (await house.story.services.caseworkers.remove(COLLEAGUE.subject)).grants == 1
    return await settled(house, COLLEAGUE)


async def caseworker_whom_the_citizen_removed(house: House) -> Intruder:
    await _let_in(house)
    granting, jaylano = house.story.services.granting, await house.story.person(JAYLANO)
    (view,) = await granting.grants_of(jaylano)
    ref = next(helper.ref for helper in view.helpers if helper.name.startswith(COLLEAGUE.name))
    await granting.remove_helper(jaylano, house.grant, ref)
    return replace(await settled(house, COLLEAGUE), is_told=True, has_row=True)


async def helper_who_gave_back(house: House) -> Intruder:
    await house.story.services.helping.give_back(await house.story.person(KARIN), house.grant)
    return await settled(house, KARIN)


async def expired_helper(house: House) -> Intruder:
    """The grant is over; no job has cleared it up yet."""
    house.clock.ms += 92 * DAY_MS
    return replace(await settled(house, KARIN), has_row=True)


async def expired_and_cleared_helper(house: House) -> Intruder:
    intruder = await expired_helper(house)
    assert await house.story.services.grant_endings.end_expired() == 1
    return replace(intruder, has_row=False)


async def paused_helper(house: House) -> Intruder:
    await house.story.services.granting.pause(await house.story.person(JAYLANO), house.grant)
    return replace(await settled(house, KARIN), is_told=True, has_row=True)


async def stopped_helper(house: House) -> Intruder:
    await _stop(house)
    return replace(await settled(house, KARIN), is_told=True, has_row=True)


async def quietly_stopped_helper(house: House) -> Intruder:
    await _stop(house, quiet=True)
    return replace(await settled(house, KARIN), is_told=True, has_row=True)


async def helper_for_other_letters(house: House) -> Intruder:
    """Karin still looks along, through another grant that does not cover this letter."""
    stopped = await stopped_helper(house)
    narrow = replace(wide(), dated_from=date(2027, 1, 1))
    grant = await house.story.grant(JAYLANO, KARIN, narrow)
    return replace(stopped, own={**stopped.own, "grant_id": id_text(grant)})


async def clerk_at_a_desk(house: House) -> Intruder:
    """Helped Jaylano at the counter to give a grant of everything, which nobody took up yet."""
    visit = CounterVisit(
        subject=JAYLANO.subject, name=JAYLANO.name, document=Document.PASSPORT, reason="Kan niet inloggen"
    )
    draft = GrantDraft(helper_note="Tante Ria", scope=wide())
    await house.story.services.desk.give(await house.story.person(CLERK), visit, draft)
    return await settled(house, CLERK)


async def _stop(house: House, *, quiet: bool = False) -> None:
    await house.story.services.granting.stop(await house.story.person(JAYLANO), house.grant, quiet=quiet)


async def _let_in(house: House) -> None:
    services = house.story.services
    asked = await services.caseworkers.ask(await house.story.person(COLLEAGUE))
    await services.caseworkers.let_in(await house.story.person(KARIN), asked.code, [house.grant])


Way = Callable[[House], Awaitable[Intruder]]
INTRUDERS: Final[Mapping[str, Way]] = {
    way.__name__: way
    for way in (
        other_citizen,
        other_helper,
        helper_of_another_organisation,
        colleague_who_was_not_let_in,
        caseworker_who_left,
        caseworker_whom_the_citizen_removed,
        helper_who_gave_back,
        expired_helper,
        expired_and_cleared_helper,
        paused_helper,
        stopped_helper,
        quietly_stopped_helper,
        helper_for_other_letters,
        clerk_at_a_desk,
    )
}
