"""The Dutch words on the pages for the codes of the wire."""

from __future__ import annotations

from typing import Final

from consent import NOTICE as CURRENT_NOTICE
from consent import NOTICES

TOPICS: Final = {
    "belasting": "Belasting",
    "boete": "Boetes",
    "gezin": "Gezin en kinderen",
    "geld": "Geld en schulden",
    "onderwijs": "School en studie",
    "pensioen": "Pensioen en AOW",
    "toeslagen": "Toeslagen",
    "uitkering": "Uitkering",
    "werk": "Werk",
    "wonen": "Wonen",
}
"""Topics that "alle onderwerpen" covers, in the order of the form."""

SENSITIVE: Final = {
    "gezondheid": "Gezondheid",
    "strafrecht": "Strafrecht (politie en rechter)",
}
"""Topics that are never covered unless named (AVG art. 9 and 10)."""

ALL_TOPICS: Final = {**TOPICS, **SENSITIVE}

DEADLINES: Final = {
    "betalen": "Betalen",
    "bezwaar": "Bezwaar maken",
    "beroep": "In beroep gaan",
    "verzet": "In verzet gaan",
    "antwoorden": "Antwoorden",
    "verschijnen": "Naar de afspraak gaan",
    "indienen": "Insturen",
}

TASKS: Final = {
    "betalen": "Betaal",
    "antwoorden": "Geef antwoord",
    "verschijnen": "Ga naar de afspraak",
    "indienen": "Stuur in wat er is gevraagd",
}
"""What one must do, as one says it to somebody."""

AT_THE_LATEST: Final = "Uiterlijk"
ON: Final = {"verschijnen": "Op"}
"""The word before a day on which, and not by which, one does something."""

DUE: Final = {
    "betalen": "Betaal uiterlijk {}",
    "antwoorden": "Geef uiterlijk {} antwoord",
    "verschijnen": "Ga naar de afspraak op {}",
    "indienen": "Stuur uiterlijk {} in wat er is gevraagd",
}

WAS_DUE: Final = {
    "betalen": "Betalen moest uiterlijk {}",
    "antwoorden": "Antwoord geven moest uiterlijk {}",
    "verschijnen": "De afspraak was op {}",
    "indienen": "Insturen moest uiterlijk {}",
}

REMEDIES: Final = {
    "bezwaar": ("Bezwaar maken", "Bezwaar maken betekent: u schrijft dat u het niet eens bent met dit besluit."),
    "beroep": ("In beroep gaan", "In beroep gaan betekent: u vraagt de rechter om te kijken of het besluit klopt."),
    "administratief_beroep": (
        "Beroep bij de officier van justitie",
        "Beroep betekent: u vraagt de officier van justitie om te kijken of de boete klopt.",
    ),
    "verzet": ("In verzet gaan", "In verzet gaan betekent: u zegt dat u het niet eens bent. De rechter kijkt ernaar."),
}

NATURES: Final = {
    "besluit": "Besluit",
    "aanslag": "Aanslag",
    "herinnering": "Herinnering",
    "aanmaning": "Aanmaning",
    "betaling": "Betaling",
    "informatieverzoek": "Vraag om informatie",
    "uitnodiging": "Uitnodiging",
    "jaaropgave": "Jaaropgave",
    "mededeling": "Bericht",
}

ACTIONS: Final = {
    "list": "Zien van wie de post is, en welke datums en bedragen erbij horen",
    "read": "De brieven lezen",
    "download": "Bijlagen downloaden",
    "mark": "Bijhouden welke brieven besproken zijn",
    "alert": "Een bericht krijgen als er haast bij is",
    "reply": "Een antwoord klaarzetten",
}

DOCUMENTS: Final = {
    "paspoort": "Paspoort",
    "identiteitskaart": "Identiteitskaart",
    "rijbewijs": "Rijbewijs",
    "vreemdelingendocument": "Vreemdelingendocument",
}

PURPOSES: Final = {
    "hulp-bij-post": "Hulp bij de post",
    "schuldhulp": "Hulp bij schulden",
    "belastingaangifte": "Belastingaangifte",
    "toeslagen-en-uitkering": "Toeslagen en uitkering",
    "bewind": "Bewind",
    "curatele": "Curatele",
    "mentorschap": "Mentorschap",
}

NOTICE: Final = NOTICES[CURRENT_NOTICE]
"""What one reads before saying yes."""

OPENING_REASONS: Final = {
    "gesprek": "Gesprek of afspraak",
    "vraag": "Vraag van deze persoon",
    "nieuwe-brief": "Nieuwe brief",
    "datum": "Datum die bijna voorbij is",
    "intake": "Begin van de hulp: alles op een rij zetten",
    "regeling": "Regeling met een organisatie",
    "aangifte": "Belastingaangifte",
    "aanvraag": "Toeslag of uitkering aanvragen of veranderen",
    "taak": "Werk als bewindvoerder, curator of mentor",
    "verantwoording": "Verantwoording aan de rechter",
    "anders": "Iets anders",
}
"""Why a helper opens somebody's post: to choose from, and as the citizen reads it."""

_ARTICLES: Final = {
    "Belastingdienst": "de",
    "CJIB": "het",
    "Centraal Justitieel Incassobureau": "het",
    "Dienst Toeslagen": "de",
    "Sociale Verzekeringsbank": "de",
    "SVB": "de",
}


def with_article(name: str) -> str:
    """The name of a body as it stands after "van": "het CJIB". Without an article where we know none."""
    article = next((a for known, a in _ARTICLES.items() if name == known or name.startswith(f"{known} ")), None)
    return f"{article} {name}" if article else name
