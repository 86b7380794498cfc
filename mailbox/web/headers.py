"""What a browser is told with every page. Data, so that a test can read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

CONTENT_SECURITY_POLICY: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self' data:",  # data: for the icons that are inside the style sheet
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""No script-src: there is no script. What is not named here falls to 'none'."""


def policy_with(*, form_action: str) -> str:
    """The policy of a page with a form that leads to another site: browsers also stop where a form redirects to."""
    return _written({**CONTENT_SECURITY_POLICY, "form-action": f"'self' {form_action}"})


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


ATTACHMENT_POLICY: Final = "default-src 'none'; sandbox"

PAGE: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _written(CONTENT_SECURITY_POLICY),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    # Not no-referrer: that would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
}


def to_save(name: str) -> dict[str, str]:
    """Of a file that is never shown inside a page of ours. `name`: ours, and so safe in a header."""
    return {
        **PAGE,
        "Content-Security-Policy": ATTACHMENT_POLICY,
        "Content-Disposition": f'attachment; filename="{name}"',
    }


STATIC: Final[Mapping[str, str]] = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

STRICT_TRANSPORT: Final[Mapping[str, str]] = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
"""Only where the service is reached over https."""
