"""Style sheets and the icon, read once at start and served under names that change with their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from mailbox.domain.errors import NotFound
from mailbox.settings import Settings
from mailbox.web import headers

_FOLDER: Final = Path(__file__).parent / "static"
_MEDIA_TYPES: Final = {".css": "text/css", ".svg": "image/svg+xml"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Assets:
    """What is served under /static, by name."""

    files: Mapping[str, bytes]
    style_sheets: tuple[str, ...]
    icon: str


def load_assets(settings: Settings) -> Assets:
    """Reads our files and the operator's theme, if there is one.

    Raises:
        FileNotFoundError: the style sheet was not built, or the theme is not there.
    """
    built = next(iter(sorted(_FOLDER.glob("app.*.css"))), None)
    if built is None:
        raise FileNotFoundError("no style sheet: run tools/build_css.py")
    sheets = {built.name: built.read_bytes()}
    if settings.theme_css is not None:
        theme = settings.theme_css.read_bytes()
        sheets[_hashed("theme", theme, ".css")] = theme
    icon = (_FOLDER / "favicon.svg").read_bytes()
    icon_name = _hashed("favicon", icon, ".svg")
    return Assets(
        files={**sheets, icon_name: icon},
        style_sheets=tuple(f"/static/{name}" for name in sheets),
        icon=f"/static/{icon_name}",
    )


async def serve_asset(request: Request, name: str) -> Response:
    """A file of ours. Raises NotFound."""
    assets: Assets = request.app.state.assets
    content = assets.files.get(name)
    if content is None:
        raise NotFound
    return Response(content, media_type=_MEDIA_TYPES[Path(name).suffix], headers=dict(headers.STATIC))


def _hashed(stem: str, content: bytes, suffix: str) -> str:
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{suffix}"
