"""Who is under bewind or curatele reads why they let nobody look along, before any question is asked."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from mailbox.domain.people import Person
from mailbox.web.court_words import measure_of, role
from mailbox.web.rendering import pages_of
from mailbox.web.visitor import services_of


async def barred_page(request: Request, person: Person) -> Response | None:
    """The explanation; None for who may give."""
    services = services_of(request)
    measure = measure_of(await services.granting.grants_of(person), services.clock.now_ms())
    if measure is None:
        return None
    values = {"who": measure.who, "role": role(measure), "measure": measure.scope.purpose.value}
    return pages_of(request).page("giving_barred.html", values, person=person, section="/meekijken")
