"""What the page of money must say on every day of a year, written by hand from the text of the law.

Nothing here is computed by what it judges: the days were counted on a calendar, the amounts from the articles. The
year is 1 July 2026 to 30 June 2027. Amounts of 2027 are not known, so those of 2026 go on (LETTERS 6.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_CJIB_TAKES: Final = "Het CJIB kan het geld van uw loon of rekening laten halen, of uw rijbewijs innemen."
_KEPT_BACK: Final = "De organisatie kan het inhouden op uw uitkering of loon, of een deurwaarder sturen."
_TO_CJIB: Final = "Uw schuld gaat naar het CJIB, en daarna naar een deurwaarder."
_BAILIFF: Final = "De deurwaarder kan beslag leggen op uw loon, uw geld of uw spullen."
_MORE: Final = " Dat kan extra geld kosten."
_FREE: Final = "U krijgt een herinnering. Die kost nog niets."
_ATW: Final = "Algemene termijnenwet art. 1"
_PLAN_STOPS: Final = "De regeling stopt. U moet dan alles in één keer betalen."


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What a letter changes on the page, from the day that it `came` to the next one of its bill.

    `cents`: open. `by`: the last day. `month`, `week`, `passed`: from which day the bill stands under "Binnen een
    maand", "Binnen een week", "De datum is voorbij"; before those under "Later". `then`: the amount it becomes, or what
    happens. `date_law`: the article that the page names for the day; empty where the sender chose it. `then_law`: for
    what comes.
    """

    came: str
    state: str
    cents: int
    by: str
    passed: str
    then: int | str
    date_law: str
    then_law: str
    month: str = ""
    week: str = ""


FINE: Final = (
    # Chain a. Wahv art. 23 lid 1: pay within two weeks after the six weeks to appeal (Awb art. 6:7). Friday 30 October
    # and six weeks: 11 December. Two weeks: 25 December; 26 is Boxing Day and 27 a Sunday: 28 (ATW art. 1 and 3).
    # € 100 and € 9. Lid 3: 50 % of the sanction of € 100.
    Told(came="2026-10-30", state="Rekening", cents=109_00, by="2026-12-28", month="2026-11-27", week="2026-12-21",
         passed="2026-12-29", then=159_00, date_law=f"Wahv art. 23 lid 1, {_ATW}", then_law="Wahv art. 23 lid 3"),
    # Art. 24 lid 1: four weeks. 2 January and four weeks: Saturday 30 January, so Monday 1 February.
    # Art. 25 lid 1: 100 % of € 100 and € 50.
    Told(came="2027-01-02", state="Aanmaning", cents=159_00, by="2027-02-01", month="2027-01-02", week="2027-01-25",
         passed="2027-02-02", then=309_00, date_law=f"Wahv art. 24 lid 1, {_ATW}", then_law="Wahv art. 25 lid 1"),
    # The law names no term after the second increase: the CJIB gives four weeks. Art. 26 and 27: what comes.
    Told(came="2027-02-05", state="Laatste aanmaning", cents=309_00, by="2027-03-05", month="2027-02-05",
         week="2027-02-26", passed="2027-03-06", then=_CJIB_TAKES + _MORE, date_law="",
         then_law="Wahv art. 26 en 27"),
    # Art. 27: it is taken from the account. No day to pay by, and nothing comes after it.
    Told(came="2027-03-19", state="Beslag of inhouding", cents=309_00, by="2027-03-05", passed="2027-03-06", then="",
         date_law="", then_law=""),
)  # fmt: skip

ALLOWANCE: Final = (
    # Chain b. Awir art. 28 lid 1: six weeks after the date. 13 July: 24 August.
    # Kostenwet art. 2: € 22 from € 454 on (Awir art. 34 lid 2).
    Told(came="2026-07-13", state="Rekening", cents=1_240_00, by="2026-08-24", month="2026-07-24", week="2026-08-17",
         passed="2026-08-25", then=1_262_00, date_law="Awir art. 28 lid 1",
         then_law="Kostenwet invordering rijksbelastingen art. 2"),
    # A plan: its first day is a Saturday, and the ATW does not move it (Awir art. 28 lid 3). A missed part costs
    # nothing yet: there is a reminder of two weeks, and then the plan stops.
    Told(came="2026-08-15", state="Betalingsregeling", cents=1_240_00, by="2026-09-26", month="2026-08-26",
         week="2026-09-19", passed="2026-09-27", then=_PLAN_STOPS, date_law="", then_law=""),
    Told(came="2026-12-14", state="Betalingsregeling", cents=1_240_00, by="2026-12-28", month="2026-12-14",
         week="2026-12-21", passed="2026-12-29", then=_PLAN_STOPS, date_law="", then_law=""),
    # IW 1990 art. 11: two weeks. Kostenwet art. 3 lid 1: € 56, and 26 times € 5 for each full € 45 over € 45.
    Told(came="2027-01-12", state="Aanmaning", cents=1_262_00, by="2027-01-26", month="2027-01-12", week="2027-01-19",
         passed="2027-01-27", then=1_448_00, date_law="IW 1990 art. 11",
         then_law="Kostenwet invordering rijksbelastingen art. 3 lid 1"),
    # The ministry's amount for a seizure: € 78 (Kostenwet art. 4 lid 1).
    Told(came="2027-02-16", state="Dwangbevel", cents=1_448_00, by="2027-03-02", month="2027-02-16", week="2027-02-23",
         passed="2027-03-03", then=1_526_00, date_law="",
         then_law="Kostenwet invordering rijksbelastingen art. 4 lid 1"),
    # 28 March is Easter Sunday: the letter is of Tuesday.
    Told(came="2027-03-30", state="Beslag of inhouding", cents=1_526_00, by="2027-03-02", passed="2027-03-03", then="",
         date_law="", then_law=""),
)  # fmt: skip

STUDY: Final = (
    # Chain c. Awb art. 4:87: six weeks. 2 September: 14 October. DUO reminds once for nothing.
    Told(came="2026-09-02", state="Rekening", cents=622_00, by="2026-10-14", month="2026-09-13", week="2026-10-07",
         passed="2026-10-15", then=_FREE, date_law="Awb art. 4:87", then_law=""),
    # DUO's own two weeks. Awb art. 4:113: € 20 from € 454 on.
    Told(came="2026-10-21", state="Herinnering", cents=622_00, by="2026-11-04", month="2026-10-21", week="2026-10-28",
         passed="2026-11-05", then=642_00, date_law="", then_law="Awb art. 4:112 en 4:113"),
    # Awb art. 4:112: two weeks. Art. 4:98 and 4:117: interest, a writ.
    Told(came="2026-11-11", state="Laatste aanmaning", cents=642_00, by="2026-11-25", month="2026-11-11",
         week="2026-11-18", passed="2026-11-26", then=_TO_CJIB + _MORE, date_law="Awb art. 4:112",
         then_law="Awb art. 4:98 en 4:117"),
    # The CJIB takes it over: the same € 642, and no second debt. It gives two weeks. Awb art. 4:116: seizure.
    Told(came="2026-12-09", state="Dwangbevel", cents=642_00, by="2026-12-23", month="2026-12-09", week="2026-12-16",
         passed="2026-12-24", then=_BAILIFF + _MORE, date_law="", then_law="Awb art. 4:116"),
)  # fmt: skip

BENEFIT: Final = (
    # Chain d. Awb art. 4:87: six weeks. 21 September: 2 November. Art. 4:113: € 20.
    Told(came="2026-09-21", state="Rekening", cents=1_840_00, by="2026-11-02", month="2026-10-02", week="2026-10-26",
         passed="2026-11-03", then=1_860_00, date_law="Awb art. 4:87", then_law="Awb art. 4:112 en 4:113"),
    # Art. 4:112: two weeks. Art. 4:98 and 4:117: interest, a writ.
    Told(came="2026-11-09", state="Aanmaning", cents=1_860_00, by="2026-11-23", month="2026-11-09", week="2026-11-16",
         passed="2026-11-24", then=_KEPT_BACK + _MORE, date_law="Awb art. 4:112", then_law="Awb art. 4:98 en 4:117"),
)  # fmt: skip

PENALTY: Final = (
    # Of the same day, a bill of its own: the reminder above is not about it. € 460 is over the limit of art. 4:113.
    Told(came="2026-09-21", state="Rekening", cents=460_00, by="2026-11-02", month="2026-10-02", week="2026-10-26",
         passed="2026-11-03", then=480_00, date_law="Awb art. 4:87", then_law="Awb art. 4:112 en 4:113"),
)  # fmt: skip

SUPPLEMENT: Final = (
    # Chain e. Awb art. 4:87: six weeks. Saturday 28 November: Saturday 9 January, so Monday 11 (ATW art. 1).
    Told(came="2026-11-28", state="Rekening", cents=486_30, by="2027-01-11", month="2026-12-11", week="2027-01-04",
         passed="2027-01-12", then=506_30, date_law=f"Awb art. 4:87, {_ATW}", then_law="Awb art. 4:112 en 4:113"),
    # Art. 4:112: two weeks. Saturday 16 January: Saturday 30 January, so Monday 1 February.
    Told(came="2027-01-16", state="Aanmaning", cents=506_30, by="2027-02-01", month="2027-01-16", week="2027-01-25",
         passed="2027-02-02", then=_KEPT_BACK + _MORE, date_law=f"Awb art. 4:112, {_ATW}",
         then_law="Awb art. 4:98 en 4:117"),
)  # fmt: skip

BILLS: Final = (FINE, ALLOWANCE, STUDY, BENEFIT, PENALTY, SUPPLEMENT)

TOTALS: Final = (
    # What is owed in all, and to how many bodies, from each day that this changes.
    ("2026-07-01", 0, 0),
    ("2026-07-13", 1_240_00, 1),
    ("2026-09-02", 1_862_00, 2),
    ("2026-09-21", 4_162_00, 3),
    ("2026-10-30", 4_271_00, 4),
    ("2026-11-09", 4_291_00, 4),
    ("2026-11-11", 4_311_00, 4),
    ("2026-11-28", 4_797_30, 5),
    ("2026-12-09", 4_797_30, 4),  # what was DUO's is the CJIB's now
    ("2027-01-02", 4_847_30, 4),
    ("2027-01-12", 4_869_30, 4),
    ("2027-01-16", 4_889_30, 4),
    ("2027-02-05", 5_039_30, 4),
    ("2027-02-16", 5_225_30, 4),
    ("2027-03-30", 5_303_30, 4),
)

REMEDIES: Final = (
    # From this day on: what can still be done in the matter that this letter began, and until when; the first is where
    # to begin. Awir art. 35: against the decision of 6 July, and what it makes one pay back.
    ("2026-07-13", "allowance_reclaimed", (("Bezwaar maken", "2026-08-17"), ("Bezwaar maken", "2026-08-24"))),
    ("2026-08-18", "allowance_reclaimed", (("Bezwaar maken", "2026-08-24"),)),
    ("2026-08-25", "allowance_reclaimed", ()),
    # Awb art. 6:7: the revision, what is claimed back, and the fine, all of 21 September. Then the reminder alone.
    ("2026-09-21", "income_not_reported", (("Bezwaar maken", "2026-11-02"),) * 3),
    ("2026-11-03", "income_not_reported", ()),
    ("2026-11-09", "income_not_reported", (("Bezwaar maken", "2026-12-21"),)),
    # Wahv art. 6: the public prosecutor. Art. 27 lid 6: six weeks against what is taken.
    ("2026-10-30", "unpaid_fine", (("Beroep bij de officier van justitie", "2026-12-11"),)),
    ("2026-12-12", "unpaid_fine", ()),
    ("2027-03-19", "unpaid_fine", (("In verzet gaan", "2027-04-30"),)),
    ("2027-05-01", "unpaid_fine", ()),
)
