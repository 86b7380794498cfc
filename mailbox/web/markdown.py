"""The text of a letter as HTML. What a sender writes is hostile until it has been through here.

A subset of CommonMark: paragraphs, headings, lists, emphasis, tables, https links. No raw HTML, no images. The
result is safe by itself; the content security policy is a second lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

_HIGHEST_HEADING: Final = 3
"""The page has its h1, and an h2 above the letter."""
_LOWEST_HEADING: Final = 6
_DIRECTION_CONTROLS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])
"""Characters that turn text around: they can make an amount or an address read as another."""


def letter_html(text: str) -> Markup:
    """The letter as HTML that holds no script, no style, no image and no address but https links."""
    html = _renderer().render(text.translate(_DIRECTION_CONTROLS))
    return Markup(html.translate(_DIRECTION_CONTROLS))  # noqa: S704 - everything in it was escaped by the renderer


class _LetterRenderer(RendererHTML):
    """Shows where a link goes, gives tables room to scroll, and sees to headings."""

    def link_open(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[index]
        token.attrs = {
            "href": str(token.attrs["href"]),
            "rel": "noopener noreferrer nofollow",
            "class": "utrecht-link utrecht-link--html-a",
        }
        env.setdefault("hosts", []).append(urlsplit(str(token.attrs["href"])).hostname or "")
        return self.renderToken(tokens, index, options, env)

    def link_close(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, env: EnvType) -> str:
        return f"</a> ({escape(env['hosts'].pop())})"

    def table_open(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, env: EnvType) -> str:
        env["tables"] = env.get("tables", 0) + 1
        scroll = f'<div class="mo-scroll" role="region" aria-label="Tabel {env["tables"]}" tabindex="0">'
        return f'{scroll}<table class="mo-table">'

    def table_close(self, _tokens: Sequence[Token], _index: int, _options: OptionsDict, _env: EnvType) -> str:
        return "</table></div>"


def _renderer() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_LetterRenderer)
    parser.enable("table").disable(["image", "html_block", "html_inline", "reference", "code", "fence"])
    parser.validateLink = _is_plain_https  # type: ignore[method-assign]
    parser.core.ruler.push("fit_the_page", _fit_the_page)
    return parser


def _is_plain_https(url: str) -> bool:
    """Https with a host and without a user name, which could pass for a host."""
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and port_is_a_number


def _fit_the_page(state: Any) -> None:
    """Gives elements our classes. Headings start at h3 and never skip a level: screen readers walk by them."""
    last = _HIGHEST_HEADING - 1
    open_levels: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            asked = int(token.tag[1:])
            while open_levels and open_levels[-1] >= asked:
                open_levels.pop()
            open_levels.append(asked)
            last = min(_HIGHEST_HEADING + len(open_levels) - 1, _LOWEST_HEADING)
            token.tag = f"h{last}"
            token.attrs = {"class": f"utrecht-heading-{last}"}
        elif token.type == "heading_close":
            token.tag = f"h{last}"
        elif token.type == "paragraph_open":
            token.attrs = {"class": "utrecht-paragraph"}
        elif token.type in {"th_open", "td_open"}:
            token.attrs = {}  # the parser aligns with a style attribute, which our policy does not allow
