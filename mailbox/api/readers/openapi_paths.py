"""Every operation of the reader API, for its description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mailbox.api.describing import (
    EVERYWHERE,
    INSTANT,
    JSON,
    WITH_BODY,
    Json,
    answer,
    body,
    failures,
    in_path,
    in_query,
    no_content,
    ref,
)
from mailbox.api.readers.bodies import TOPICS
from mailbox.api.readers.openapi_schemas import UUID
from mailbox.domain.apps import AppScope
from mailbox.services.client_rows import ClientFilter, ClientOrder

_LETTER: Final = in_path("berichtId", {**UUID, "description": "Nummer van het bericht"})
_NUMBER: Final = in_path("nummer", {"type": "integer", "minimum": 0})
_GRANT: Final = in_path("toestemmingId", {**UUID, "description": "Nummer van de toestemming"})
_CONCEPT: Final = in_path("conceptId", {**UUID, "description": "Nummer van het concept"})
_HELPER: Final = in_path("verwijzing", {"type": "string", "pattern": "^[0-9a-f]+$"})
_PER_PAGE: Final = in_query("aantal", {"type": "integer", "minimum": 1, "maximum": 100, "default": 50}, "Per bladzijde")
_BEFORE: Final = in_query("voor", {"type": "string"}, "Waar de volgende bladzijde begint; staat in de link `volgende`")
_SENDER: Final = in_query("afzender", {"type": "string", "pattern": "^[0-9]{20}$"}, "OIN van een organisatie")
_ONLY_NEW: Final = in_query("alleenNieuw", {"type": "boolean", "default": False}, "Alleen wat de burger niet las")
_ARCHIVED: Final = in_query("inArchief", {"type": "boolean"}, "Alleen wat in het archief staat, of alleen de rest")
_TOPIC: Final = in_query("domein", {"enum": TOPICS}, "Waar het bericht over gaat")
_DATED: Final = in_query("metTermijn", {"type": "boolean", "default": False}, "Alleen met een datum die nog komt")
_CLIENT_TIMELINE: Final = (_SENDER, _TOPIC, _DATED, _PER_PAGE, _BEFORE)
_TIMELINE: Final = (_ONLY_NEW, _ARCHIVED, *_CLIENT_TIMELINE)
_OWN_MARK: Final = "Alleen deze helper ziet het, en het is weg als het meekijken stopt. Kan alleen met de actie mark. "
_FOR_CLIENT: Final = "Met een token dat de burger van deze toestemming vertegenwoordigt (`represents`). "


_SOUGHT: Final = "Zoekt ook in het archief. Dat er is gezocht, staat in het inzagelog; waarnaar, staat nergens. "


def paths() -> Json:
    """By path, then by method."""
    return {**_post(), **_money(), **_concepts(), **_grants(), **_requests(), **_log(), **_clients()}


def _operation(  # noqa: PLR0913 - an operation has this many parts
    tag: str,
    name: str,
    summary: str,
    scopes: Sequence[AppScope],
    good: Json,
    *fails: int,
    takes: str | None = None,
    asks: Sequence[Json] = (),
    description: str = "",
) -> Json:
    """One operation. `takes`: the schema of its body; `asks`: its parameters; `fails`: beside what all can answer."""
    with_body = WITH_BODY if takes else ()
    return {
        "tags": [tag],
        "operationId": name,
        "summary": summary,
        **({"description": description.strip()} if description else {}),
        "security": [{"oauth": [scope.value for scope in scopes]}],
        **({"parameters": list(asks)} if asks else {}),
        **({"requestBody": body(JSON, takes)} if takes else {}),
        "responses": {**good, **failures(*EVERYWHERE, *with_body, *fails)},
    }


def _ok(description: str, schema: str) -> Json:
    return {"200": answer(description, JSON, ref(schema))}


def _made(description: str, schema: str, *headers: str) -> Json:
    return {"201": answer(description, JSON, ref(schema), *headers)}


def _done(description: str) -> Json:
    return {"204": no_content(description)}


_FILE: Final = {
    "200": {
        **no_content("De bytes van de bijlage."),
        "content": {"application/pdf": {}, "image/png": {}, "image/jpeg": {}},
    }
}


def _post() -> Json:
    scopes = [AppScope.POST]
    mark = "De burger las dit bericht. Ophalen telt niet als lezen: een app haalt uit zichzelf op."
    away = "Datums, bedragen en herinneringen van het bericht blijven. Een helper ziet het waar het stond."
    return {
        "/tijdlijn": {
            "get": _operation(
                "Post", "haalTijdlijnOp", "Berichten, nieuwste eerst", scopes,
                _ok("Een bladzijde.", "Tijdlijn"), 404, asks=_TIMELINE,
            )
        },
        "/tijdlijn/_zoek": {
            "post": _operation(
                "Post", "zoekBerichten", "Berichten met deze woorden, nieuwste eerst", scopes,
                _ok("Een bladzijde. Die kan leeg zijn en toch verder gaan.", "Gevonden"), 404,
                takes="Zoekvraag", description=_SOUGHT,
            )
        },
        "/berichten/{berichtId}": {
            "get": _operation(
                "Post", "haalBerichtOp", "Eén bericht met zijn tekst", scopes,
                _ok("Het bericht.", "BerichtMetTekst"), 404, asks=[_LETTER],
            )
        },
        "/berichten/{berichtId}/bijlagen/{nummer}": {
            "get": _operation(
                "Post", "haalBijlageOp", "Een bijlage", scopes, _FILE, 404, asks=[_LETTER, _NUMBER]
            )
        },
        "/berichten/{berichtId}/leesmarkering": {
            "put": _operation(
                "Post", "markeerAlsGelezen", "Een bericht is gelezen", scopes,
                _done("Het bericht is niet meer nieuw."), 404, asks=[_LETTER], description=mark,
            ),
            "delete": _operation(
                "Post", "markeerAlsNieuw", "Een bericht weer nieuw maken", scopes,
                _done("Het bericht is nieuw."), 404, asks=[_LETTER],
            ),
        },
        "/berichten/{berichtId}/archiefmarkering": {
            "put": _operation(
                "Post", "zetInArchief", "Een bericht naar het archief", scopes,
                _done("Het bericht staat in het archief."), 404, asks=[_LETTER], description=away,
            ),
            "delete": _operation(
                "Post", "haalUitArchief", "Een bericht uit het archief", scopes,
                _done("Het bericht staat niet in het archief."), 404, asks=[_LETTER],
            ),
        },
    }  # fmt: skip


def _money() -> Json:
    what = (
        "Alle bedragen in eurocent. Zaken zijn gemaakt uit de berichten die de aanroeper mag zien, en uit niets meer. "
    )
    return {
        "/betalen": {
            "get": _operation(
                "Post", "haalBetalenOp", "Wat de burger moet betalen, over alle organisaties", [AppScope.POST],
                _ok("Alle zaken, oudste eerst.", "Betalen"), description=what,
            )
        },
        "/clienten/{toestemmingId}/betalen": {
            "get": _operation(
                "Clienten", "haalBetalenVanClientOp", "Wat een cliënt moet betalen", [AppScope.CLIENTS],
                _ok("Alle zaken, oudste eerst.", "BetalenVanClient"), 404, asks=[_GRANT],
                description=what + _FOR_CLIENT,
            )
        },
    }  # fmt: skip


def _concepts() -> Json:
    scopes, tag = [AppScope.GRANTS], "Concepten"
    what = (
        "Er is nog niets gegeven. De burger ziet het bij Wie mag meekijken, en zegt daar zelf ja, verandert het of "
        "gooit het weg. Pas na een ja is er een code, die alleen de burger ziet."
    )
    return {
        "/concepten": {
            "get": _operation(
                tag, "haalConceptenOp", "Wat klaarstaat en wacht op de burger", scopes,
                _ok("De concepten; wat het eerst vervalt vooraan.", "Concepten"),
            ),
            "post": _operation(
                tag, "zetToestemmingKlaar", "Een toestemming klaarzetten voor de burger", scopes,
                _made("Het concept wacht op de burger.", "Concept", "Location"), 409, takes="NieuwConcept",
                description=what,
            ),
        },
        "/concepten/{conceptId}": {
            "get": _operation(
                tag, "haalConceptOp", "Eén concept, zolang het wacht", scopes, _ok("Het concept.", "Concept"), 404,
                asks=[_CONCEPT],
            ),
            "delete": _operation(
                tag, "haalConceptWeg", "Een concept weghalen", scopes, _done("Het concept is weg."), 404,
                asks=[_CONCEPT],
            ),
        },
    }  # fmt: skip


def _grants() -> Json:
    scopes, tag = [AppScope.GRANTS], "Toestemmingen"
    told = _ok("De toestemming zoals zij nu is.", "Toestemming")
    changed = {**told, **_made("Er komt iets bij: dat wacht op de burger.", "Concept", "Location")}
    receipt = {"200": {**no_content("Het bewijs, een JWS."), "content": {"application/jose": {}}}}
    return {
        "/toestemmingen": {
            "get": _operation(
                tag, "haalToestemmingenOp", "Alle eigen toestemmingen", scopes,
                _ok("De toestemmingen, nieuwste eerst.", "Toestemmingen"),
            ),
        },
        "/toestemmingen/{toestemmingId}": {
            "get": _operation(
                tag, "haalToestemmingOp", "Eén toestemming", scopes, told, 404, asks=[_GRANT]
            )
        },
        "/toestemmingen/{toestemmingId}/bewijs": {
            "get": _operation(
                tag, "haalBewijsOp", "Het ondertekende bewijs van een toestemming", scopes, receipt, 404,
                asks=[_GRANT], description="Een compacte JWS, getekend met de sleutel van de burger.",
            )
        },
        "/toestemmingen/{toestemmingId}/wijzigingen": {
            "post": _operation(
                tag, "wijzigToestemming", "Meer of minder laten zien, of langer of korter", scopes, changed, 404, 409,
                takes="Wijziging", asks=[_GRANT],
                description="Minder geldt meteen. Meer of langer staat klaar tot de burger ja zegt. Kan niet (409) als "
                "de toestemming al een andere versie heeft: haal haar dan opnieuw op.",
            )
        },
        "/toestemmingen/{toestemmingId}/pauzes": {
            "post": _operation(
                tag, "pauzeerToestemming", "Even niet laten meekijken", scopes, told, 404, 409, asks=[_GRANT]
            )
        },
        "/toestemmingen/{toestemmingId}/hervattingen": {
            "post": _operation(
                tag, "hervatToestemming", "Weer laten meekijken", scopes, told, 404, 409, asks=[_GRANT]
            )
        },
        "/toestemmingen/{toestemmingId}/stops": {
            "post": _operation(
                tag, "stopToestemming", "Meteen en voorgoed stoppen", scopes, told, 404, takes="Stop", asks=[_GRANT]
            )
        },
        "/toestemmingen/{toestemmingId}/helpers/{verwijzing}": {
            "delete": _operation(
                tag, "verwijderHelper", "Eén helper van een organisatie laten stoppen", scopes,
                _done("Deze helper kijkt niet meer mee."), 404, asks=[_GRANT, _HELPER],
            )
        },
        "/stops": {
            "post": _operation(
                tag, "stopAlles", "Alles stoppen wat de burger zelf kan stoppen", scopes,
                _ok("Hoeveel er zijn gestopt.", "Gestopt"), takes="Stop",
            )
        },
        "/voorvertoningen": {
            "post": _operation(
                tag, "toonVooraf", "Welke berichten iemand hiermee zou zien", [AppScope.GRANTS, AppScope.POST],
                _ok("De berichten. Er is niets gegeven.", "Voorvertoning"), takes="Vooraf",
            )
        },
    }  # fmt: skip


def _requests() -> Json:
    tag, citizen = "Verzoeken", [AppScope.GRANTS]
    answered = {
        **_made("Ja staat klaar, en wacht op de burger.", "Concept", "Location"),
        **_ok("De burger zei al eerder ja.", "Gegeven"),
        **_done("Nee: van de vraag blijft niets over."),
    }
    return {
        "/toestemmingsverzoeken": {
            "post": _operation(
                tag, "vraagToegang", "Vragen of men mag meekijken", [AppScope.NEW_CLIENTS],
                _made("De vraag wacht onder deze code.", "Verzoekcode"), takes="NieuwVerzoek",
            )
        },
        "/toestemmingsverzoeken/_zoek": {
            "post": _operation(
                tag, "bekijkVerzoek", "De vraag achter een code", citizen,
                _ok("Wie wat vraagt, en waarom.", "Verzoek"), takes="Code",
            )
        },
        "/toestemmingsverzoeken/antwoorden": {
            "post": _operation(
                tag, "beantwoordVerzoek", "Ja, minder, of nee", citizen, answered, takes="Antwoord"
            )
        },
    }  # fmt: skip


def _log() -> Json:
    scopes, tag = [AppScope.LOG], "Inzagelog"
    asks = [
        in_query("toestemmingId", UUID, "Wat via of aan deze toestemming gebeurde"),
        in_query("berichtId", UUID, "Wie dit bericht zag"),
        in_query("vanaf", INSTANT, "Vanaf dit tijdstip; schrijf een + als %2B"),
        in_query("tot", INSTANT, "Tot dit tijdstip, dat zelf niet meetelt"),
        in_query("eigen", {"type": "boolean"}, "Alleen waar de burger zelf keek, of alles behalve dat"),
        _PER_PAGE,
        _BEFORE,
    ]
    return {
        "/inzagelog": {
            "get": _operation(
                tag, "haalInzagelogOp", "Wie wanneer keek, nieuwste eerst", scopes,
                _ok("Een bladzijde.", "Inzagelog"), 404, asks=asks,
            )
        },
        "/inzagelog/{nummer}": {
            "get": _operation(
                tag, "haalLogregelOp", "Eén regel", scopes, _ok("De regel.", "Logregel"), 404, asks=[_NUMBER]
            )
        },
        "/inzagelog/{nummer}/meldingen": {
            "post": _operation(
                tag, "meldLogregel", "Zeggen dat een regel niet klopt", scopes, _done("De melding is bewaard."), 404,
                asks=[_NUMBER],
            )
        },
    }  # fmt: skip


def _clients() -> Json:
    tag, reading, adding = "Clienten", [AppScope.CLIENTS], [AppScope.NEW_CLIENTS]
    first = ClientOrder.FIRST_DATE
    asks = [
        in_query("volgorde", {"enum": list(ClientOrder), "default": first}, "Naar eerste datum of naam"),
        in_query("toon", {"enum": [one for one in ClientFilter if one]}, "Alleen deze cliënten"),
        in_query("pagina", {"type": "integer", "minimum": 1, "default": 1}, "Vanaf 1"),
    ]
    client = "/clienten/{toestemmingId}"
    return {
        "/clienten": {
            "get": _operation(
                tag, "haalClientenOp", "De mensen die men helpt", reading, _ok("Een bladzijde.", "Clienten"), asks=asks
            ),
            "post": _operation(
                tag, "voegClientToe", "De code van een cliënt invullen", adding,
                _made("Men kijkt nu mee.", "NieuweClient", "Location"), takes="Code",
            ),
        },
        client: {
            "delete": _operation(
                tag, "stopMetHelpen", "Zelf stoppen met meekijken", adding, _done("Men kijkt niet meer mee."), 404,
                asks=[_GRANT],
            )
        },
        "/favorieten/{toestemmingId}": {
            "put": _operation(
                tag, "maakFavoriet", "Een cliënt een ster geven", reading, _done("De ster staat."), 404, asks=[_GRANT]
            ),
            "delete": _operation(
                tag, "haalFavorietWeg", "De ster weghalen", reading, _done("De ster is weg."), 404, asks=[_GRANT]
            ),
        },
        f"{client}/tijdlijn": {
            "get": _operation(
                tag, "haalTijdlijnVanClientOp", "Berichten van een cliënt, nieuwste eerst", reading,
                _ok("Een bladzijde.", "TijdlijnVanClient"), 404, asks=[_GRANT, *_CLIENT_TIMELINE],
                description=_FOR_CLIENT,
            )
        },
        f"{client}/berichten/{{berichtId}}": {
            "get": _operation(
                tag, "haalBerichtVanClientOp", "Eén bericht van een cliënt", reading,
                _ok("Het bericht.", "BerichtVanClientMetTekst"), 404, asks=[_GRANT, _LETTER], description=_FOR_CLIENT,
            )
        },
        f"{client}/markeringen": {
            "get": _operation(
                tag, "haalMarkeringenOp", "Wat de helper voor zichzelf bijhield", reading,
                _ok("De markeringen.", "Markeringen"), 404, asks=[_GRANT], description=_FOR_CLIENT + _OWN_MARK,
            )
        },
        f"{client}/berichten/{{berichtId}}/markering": {
            "put": _operation(
                tag, "markeerBericht", "Voor zichzelf bijhouden: gezien of afgehandeld", reading,
                _done("De markering staat."), 404, takes="NieuweMarkering", asks=[_GRANT, _LETTER],
                description=_FOR_CLIENT + _OWN_MARK,
            ),
            "delete": _operation(
                tag, "haalMarkeringWeg", "Een eigen markering weghalen", reading, _done("De markering is weg."), 404,
                asks=[_GRANT, _LETTER], description=_FOR_CLIENT,
            ),
        },
        f"{client}/tijdlijn/_zoek": {
            "post": _operation(
                tag, "zoekBerichtenVanClient", "Berichten van een cliënt met deze woorden", reading,
                _ok("Een bladzijde. Die kan leeg zijn en toch verder gaan.", "GevondenBijClient"), 404,
                takes="ZoekvraagBijClient", asks=[_GRANT], description=_SOUGHT + _FOR_CLIENT,
            )
        },
        f"{client}/berichten/{{berichtId}}/bijlagen/{{nummer}}": {
            "get": _operation(
                tag, "haalBijlageVanClientOp", "Een bijlage van een cliënt", reading, _FILE, 404,
                asks=[_GRANT, _LETTER, _NUMBER], description=_FOR_CLIENT,
            )
        },
    }  # fmt: skip
