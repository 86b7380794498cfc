"""Below a person that one helps, every page says whose post it is, and every form is about that person alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import httpx
import pytest

from mailbox.domain.identifiers import id_text
from tests.attacks.routes import Page, pages_of
from tests.web.site import Site
from tests.web.story import JAYLANO, KARIN

BELOW: Final = "/clienten/{grant_id}"
OWN_FORM: Final = {"Sec-Fetch-Site": "same-origin"}


def _pages(site: Site, method: str) -> list[Page]:
    """From the route table: a page that is added tomorrow is looked at tomorrow."""
    return [page for page in pages_of(site.app) if page.path.startswith(BELOW) and page.method == method]


def _address(site: Site, page: Page) -> str:
    grant_id, letter_id = id_text(site.story.grants["karin"]), id_text(site.story.letters["boete"])
    return page.at({"grant_id": grant_id, "letter_id": letter_id})


@pytest.fixture
def karin(site: Site) -> Iterator[httpx.Client]:
    cookies = {"mo": site.session(KARIN)}
    with httpx.Client(base_url=site.url, cookies=cookies, follow_redirects=True) as client:
        yield client


def test_every_page_says_whose_post_it_is(site: Site, karin: httpx.Client) -> None:
    pages = _pages(site, "GET")
    assert len(pages) >= 5
    for page in pages:
        answer = karin.get(_address(site, page))
        assert answer.status_code == 200, page
        if answer.headers["content-type"].startswith("text/html"):
            assert f"<strong>U bekijkt de post van {JAYLANO.name}.</strong>" in answer.text, page


@pytest.mark.parametrize("client", ["none", "other", "nobody"])
def test_a_form_that_is_not_about_this_person_is_refused(site: Site, karin: httpx.Client, client: str) -> None:
    """Two tabs never mix: what one sends from the page of one person does nothing to another."""
    ids = {"none": None, "other": id_text(site.story.grants["lister"]), "nobody": "x"}
    pages = _pages(site, "POST")
    assert len(pages) >= 3
    for page in pages:
        form = {} if ids[client] is None else {"client": str(ids[client])}
        answer = karin.post(_address(site, page), data=form, headers=OWN_FORM)
        assert answer.status_code == 400, page
