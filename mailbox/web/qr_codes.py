"""QR codes as SVG inside the page: nothing to fetch, and no style of its own."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import segno
from markupsafe import Markup
from segno.helpers import make_epc_qr

from mailbox.domain.identifiers import Cents
from mailbox.domain.letters import Payment

MOST_VERSION: Final = 32
"""153 modules to a side with the white around it. A phone that looks at it with 1080 lines, and fills most of them, has
more than five for each module; on a phone of 360 pixels wide that shows it, each is still two."""


def qr_code(address: str) -> Markup:
    """A small code, such as of an address."""
    return _svg(segno.make(address, error="m", micro=False), "mo-qr")


def large_qr_code(text: str) -> Markup | None:
    """A code for a long text; None when it would be finer than what phones read well."""
    try:
        code = segno.make(text, error="l", micro=False)
    except segno.DataOverflowError:
        return None
    return _svg(code, "mo-qr mo-qr--large") if int(code.version) <= MOST_VERSION else None


def payment_qr_code(payment: Payment, cents: Cents) -> Markup | None:
    """What a bank's app reads (EPC069-12); None when it cannot hold this payment.

    The betalingskenmerk goes in as text: the field for a reference holds an ISO 11649 one only.
    """
    try:
        code = make_epc_qr(payment.payee, payment.iban, Decimal(cents) / 100, text=payment.reference or "")
    except ValueError:
        return None
    return _svg(code, "mo-qr")


def _svg(code: segno.QRCode, css: str) -> Markup:
    # The text stands in the picture as squares only.
    return Markup(code.svg_inline(border=4, svgclass=css, lineclass=None, omitsize=True))  # noqa: S704
