"""A second computation of terms, slow and obvious: holidays as a list of dates, days counted one by one."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

_ONE = timedelta(days=1)
_LINES = """
2024: 01-01 03-29 04-01 04-27 05-05 05-09 05-10 05-20 12-25 12-26 12-27
2025: 01-01 04-18 04-21 04-26 05-05 05-29 05-30 06-09 12-25 12-26
2026: 01-01 01-02 04-03 04-06 04-27 05-05 05-14 05-15 05-25 12-25 12-26
2027: 01-01 03-26 03-29 04-27 05-05 05-06 05-07 05-17 12-25 12-26
2028: 01-01 04-14 04-17 04-27 04-28 05-05 05-25 05-26 06-05 12-25 12-26
2029: 01-01 03-30 04-02 04-27 05-05 05-10 05-21 12-25 12-26
2030: 01-01 04-19 04-22 04-27 05-05 05-30 06-10 12-25 12-26
"""
HOLIDAYS = {
    date.fromisoformat(f"{year}-{day}")
    for line in _LINES.split("\n")
    if line
    for year, _, days in [line.partition(": ")]
    for day in days.split()
}
"""Of 2024 up to and including 2030, with the days made equal to them as far as decrees say."""
_DAYS = [date(2024, 1, 1) + _ONE * n for n in range(7 * 366)]
WORKING_DAYS = {day for day in _DAYS if day.strftime("%a") not in {"Sat", "Sun"} and day not in HOLIDAYS}


def days_after(start: date, number: int) -> date:
    """So many days later, counted one by one."""
    for _ in range(number):
        start += _ONE
    return start


def months_after(start: date, number: int) -> date:
    """The day with the same number so many months later; where it is not there, the last day before it."""
    year, month = start.year, start.month
    for _ in range(number):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    for day in (start.day, 30, 29, 28):
        try:
            return date(year, month, min(day, start.day))
        except ValueError:
            continue
    raise AssertionError


def moved(start: date, last: date) -> date:
    """ATW art. 1 and 2: to a working day, and on until two of the days of the term are working days."""
    is_long = (last - start).days >= 3
    while True:
        term = (start + _ONE * n for n in range(1, (last - start).days + 1))
        two = list(islice((day for day in term if day in WORKING_DAYS), 2))
        if last in WORKING_DAYS and (not is_long or len(two) == 2):
            return last
        last += _ONE
