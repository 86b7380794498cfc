"""Numbers with check digits, made up but valid: betalingskenmerk, IBAN, BSN."""

from __future__ import annotations

from typing import Final

_REFERENCE_WEIGHTS: Final = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)
_BSN_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_BANK: Final = "TEST"


def payment_reference(number: int) -> str:
    """A 16-digit betalingskenmerk: check digit, then the number in 15 digits."""
    digits = f"{number % 10**15:015d}"
    total = sum(int(d) * _REFERENCE_WEIGHTS[n % 10] for n, d in enumerate(reversed(digits)))
    return {10: "1", 11: "0"}.get(11 - total % 11, str(11 - total % 11)) + digits


def iban(account: int) -> str:
    """A Dutch IBAN of a bank that does not exist (ISO 13616: 98 minus the remainder of 97)."""
    basic = f"{_BANK}{account:010d}"
    as_digits = "".join(str(int(c, 36)) for c in f"{basic}NL00")
    return f"NL{98 - int(as_digits) % 97:02d}{basic}"


def is_bsn(number: int) -> bool:
    """Whether nine digits pass the elfproef."""
    return sum(w * int(d) for w, d in zip(_BSN_WEIGHTS, f"{number:09d}", strict=True)) % 11 == 0
