"""Templates to HTML. The only user of jinja2."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from mailbox.domain.people import Person
from mailbox.domain.ports import Clock
from mailbox.web import formats, words

_TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def _templates() -> Environment:
    """All templates, compiled: once a process, and not while the first visitor waits."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        day=formats.day,
        day_month=formats.day_month,
        day_iso=formats.day_iso,
        clock_time=formats.clock_time,
        moment=formats.moment,
        money=formats.money,
        until=formats.until,
        iban=formats.iban,
        size=formats.size,
        with_article=words.with_article,
    )
    environment.globals.update(words=words)
    for template in environment.list_templates():
        environment.get_template(template)
    return environment


class Pages:
    """Renders pages in the one layout. `style_sheets` and `icon` are URL paths."""

    def __init__(self, *, style_sheets: tuple[str, ...], icon: str, demo: bool, flying: Clock | None = None) -> None:
        self._templates = _templates()
        self._on_every_page = {"style_sheets": style_sheets, "icon": icon, "demo": demo, "flying": flying}

    def page(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        person: Person | None,
        section: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HTMLResponse:
        """A whole page. `section` is the path in the navigation that is marked as current."""
        html = self.text(template, {"person": person, "section": section, **values})
        return HTMLResponse(html, status)

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        """What a template makes of these values."""
        return self._templates.get_template(template).render({**self._on_every_page, **values})


def pages_of(request: Request) -> Pages:
    """The pages of this application, set by `mount`."""
    pages = request.app.state.pages
    assert isinstance(pages, Pages)  # noqa: S101 - set by mount for every application that has these routes
    return pages
