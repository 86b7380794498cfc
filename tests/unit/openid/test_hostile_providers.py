"""Providers that do not do as they should: what they answer has an end, and what it breaks is one login."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from mailbox.bootstrap import SystemClock
from mailbox.domain.errors import LoginRefused, LoginUnavailable
from mailbox.domain.people import Identity
from mailbox.openid import OpenIdLogin, Provider
from mailbox.openid.endpoints import Endpoints
from tests.listening import listening, port_of

KEY = ECKey.generate_key("P-256", {"kid": "van-ons"})
CLIENT_ID = "mijnoverzicht"
RETURN_TO = "https://post.example.nl/inloggen/terug"
KEYS, TOKEN = "/sleutels", "/token"
DESCRIBED = "/.well-known/openid-configuration"


@dataclass
class Simulator:
    """A provider that lets in whoever brings the code `goed`. `answers`: to a path, in place of what it would say."""

    issuer: str = ""
    key: ECKey = field(default_factory=lambda: ECKey.generate_key("P-256", {"kid": "1"}))
    answers: dict[str, Response] = field(default_factory=dict)
    described: dict[str, Any] = field(default_factory=dict)
    nonce: str = ""
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = self.answers.get(scope["path"]) or await self._answer(Request(scope, receive))
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        match request.url.path:
            case "/.well-known/openid-configuration":
                return JSONResponse(self.description)
            case "/sleutels":
                return JSONResponse({"keys": [self.key.as_dict(private=False)]})
            case "/token":
                self.asked.append(parse_qs((await request.body()).decode()))
                return JSONResponse({"access_token": "x", "id_token": self._token()})
            case _:
                return Response(status_code=404)

    @property
    def description(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "/inloggen", "token_endpoint": TOKEN, "jwks_uri": KEYS}
        return {"issuer": self.issuer, **{name: self.issuer + path for name, path in places.items()}, **self.described}

    def _token(self) -> str:
        now_s = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "sub": "noor", "name": "Noor", "nonce": self.nonce}
        return jwt.encode({"alg": "ES256", "kid": "1"}, {**claims, "iat": now_s, "exp": now_s + 60}, self.key)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    made = Simulator()
    async with listening(made) as server:
        made.issuer = f"http://127.0.0.1:{port_of(server)}"
        yield made


def provider(simulator: Simulator, key: str = "werk", *, has_exit: bool = False) -> Provider:
    return Provider(
        key=key,
        name=key,
        description=key,
        issuer=simulator.issuer,
        client_id=CLIENT_ID,
        scope="openid",
        levels=(),
        kind="pseudonym",
        subject_claim="bsn",
        name_claim="name",
        organisation=None,
        organisation_claim=None,
        desk=None,
        has_exit=has_exit,
    )


def login_at(*providers: Provider) -> OpenIdLogin:
    return OpenIdLogin(providers, key=KEY, return_to=RETURN_TO, clock=SystemClock())


async def logged_in(simulator: Simulator, **answer: str) -> Identity:
    """Who comes back from there with a code and this."""
    login = login_at(provider(simulator))
    address, pending = await login.begin("werk", target="")
    simulator.nonce = pending.nonce
    assert parse_qs(urlsplit(address).query)["redirect_uri"] == [f"{RETURN_TO}/werk"]
    return await login.finish("werk", pending, {"state": pending.state, "code": "goed", **answer})


async def test_what_the_answers_below_differ_from(simulator: Simulator) -> None:
    assert (await logged_in(simulator)).name == "Noor"


async def test_a_provider_cannot_have_the_answer_of_another_brought_to_it(simulator: Simulator) -> None:
    """The mix-up of RFC 9700 §4.4: it sends whoever chose it on to another, with a question of the thief's own."""
    honest, thief = simulator, Simulator()
    async with listening(thief) as server:
        thief.issuer = f"http://127.0.0.1:{port_of(server)}"
        login = login_at(provider(honest, "eerlijk"), provider(thief, "dief"))
        asked_by_thief, _ = await login.begin("eerlijk", target="")
        back_at = dict(parse_qsl(urlsplit(asked_by_thief).query))["redirect_uri"].rpartition("/")[2]
        _, of_victim = await login.begin("dief", target="")
        with pytest.raises(LoginRefused):
            await login.finish(back_at, of_victim, {"state": of_victim.state, "code": "van het slachtoffer"})
        assert thief.asked == []


async def test_who_promised_to_name_itself_must_do_so(simulator: Simulator) -> None:
    """RFC 9207 §2.4."""
    simulator.described = {"authorization_response_iss_parameter_supported": True}
    with pytest.raises(LoginRefused):
        await logged_in(simulator)
    assert simulator.asked == []
    assert (await logged_in(simulator, iss=simulator.issuer)).name == "Noor"


def dripping(text: bytes) -> Iterator[bytes]:
    """An answer that is good in the end: a byte at a time, so that no wait for the next is long."""
    yield from (b" " for _ in range(40))
    yield text


async def slowly(text: bytes) -> AsyncIterator[bytes]:
    for part in dripping(text):
        await asyncio.sleep(0.05)
        yield part


async def test_an_answer_is_there_in_time_as_a_whole(simulator: Simulator) -> None:
    text = json.dumps(simulator.description).encode()
    simulator.answers[DESCRIBED] = StreamingResponse(slowly(text))
    with pytest.raises(LoginUnavailable):
        await Endpoints(simulator.issuer, CLIENT_ID, KEY, clock=SystemClock(), seconds=0.5).described()
    simulator.answers[DESCRIBED] = StreamingResponse(slowly(text))
    await Endpoints(simulator.issuer, CLIENT_ID, KEY, clock=SystemClock(), seconds=60).described()


def padded(said: Mapping[str, Any], size: int) -> bytes:
    return json.dumps(said).encode() + b" " * size


async def test_an_answer_has_an_end(simulator: Simulator) -> None:
    simulator.answers[DESCRIBED] = Response(padded(simulator.description, 100_000))
    assert (await logged_in(simulator)).name == "Noor"
    simulator.answers[DESCRIBED] = Response(padded(simulator.description, 300_000))
    with pytest.raises(LoginUnavailable):
        await logged_in(simulator)


async def test_an_answer_that_grows_when_it_is_unpacked_is_not_unpacked(simulator: Simulator) -> None:
    small = gzip.compress(padded(simulator.description, 1_000))
    simulator.answers[DESCRIBED] = Response(small, headers={"content-encoding": "gzip"})
    with pytest.raises(LoginUnavailable):
        await logged_in(simulator)


@pytest.mark.parametrize("path", [DESCRIBED, TOKEN, KEYS])
@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"keys": 5}', b'{"keys": [5, {}, null, {"kty": []}]}'],
)
async def test_what_is_no_answer_is_a_disturbance(simulator: Simulator, path: str, text: bytes) -> None:
    simulator.answers[path] = Response(text)
    with pytest.raises(LoginRefused):
        await logged_in(simulator)


@pytest.mark.parametrize(
    "address",
    [
        "https://[",
        "https://a:99999999/",
        "http://",
        "https://",
        "javascript:1",
        "",
        5,
        None,
        "https://\x00/",
        "https://a/ b",
    ],
)
@pytest.mark.parametrize(
    "name", ["authorization_endpoint", "jwks_uri", "token_endpoint", "userinfo_endpoint", "end_session_endpoint"]
)
async def test_an_address_that_is_none_is_a_disturbance(simulator: Simulator, name: str, address: object) -> None:
    """Where it is used: nobody is sent to one, and nothing is asked there."""
    simulator.described = {name: address}
    if name in {"userinfo_endpoint", "end_session_endpoint"} and address in {"", None}:
        assert (await logged_in(simulator)).name == "Noor"
        return
    with pytest.raises(LoginUnavailable):
        await logged_in(simulator)


async def test_where_an_answer_leads_elsewhere_nobody_goes(simulator: Simulator) -> None:
    simulator.answers[TOKEN] = RedirectResponse(f"{simulator.issuer}/elders", 307)
    with pytest.raises(LoginUnavailable):
        await logged_in(simulator)


async def test_a_key_of_a_kind_that_we_do_not_know_is_passed_over(simulator: Simulator) -> None:
    """RFC 7517 §5: a provider that adds one breaks no login."""
    unknown = [
        {"kty": "AKP", "alg": "ML-DSA-65", "kid": "2", "pub": "AA"},
        {"kty": "EC", "crv": "BP-256", "kid": "3", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "4", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "kid": "1", "x": "AA", "y": "AA", "use": "enc"},
        5,
    ]
    own = simulator.key.as_dict(private=False)
    simulator.answers[KEYS] = JSONResponse({"keys": [*unknown, own]})
    assert (await logged_in(simulator)).name == "Noor"
    simulator.answers[KEYS] = JSONResponse({"keys": unknown})
    with pytest.raises(LoginUnavailable):
        await logged_in(simulator)


def test_a_name_of_a_provider_is_known_to_the_letter() -> None:
    """A space more, another case, or another form of the same letter, is somebody else (OpenID Connect Core §2)."""
    here = provider(Simulator(issuer="https://a.example"))
    names = [
        "noor",
        "noor ",
        " noor",
        "Noor",
        "no\N{COMBINING DIAERESIS}or",
        "n\N{LATIN SMALL LETTER O WITH DIAERESIS}or",
    ]
    subjects = [here.identity({"sub": name, "name": "Noor"}).subject for name in names]
    assert len({subject.value for subject in subjects}) == len(names)


async def test_one_logs_out_only_where_that_is_known_to_be_possible(simulator: Simulator) -> None:
    """RP-Initiated Logout 1.0: where the operator says so, and the provider does too."""
    login = login_at(provider(simulator), provider(simulator, "met", has_exit=True))
    assert [choice.key for choice in login.exits()] == ["met"]
    with pytest.raises(LoginUnavailable):
        await login.leave("met")
    simulator.described = {"end_session_endpoint": f"{simulator.issuer}/weg?taal=nl"}
    login = login_at(provider(simulator), provider(simulator, "met", has_exit=True))
    assert await login.leave("met") == f"{simulator.issuer}/weg?taal=nl"
    with pytest.raises(LoginRefused):
        await login.leave("werk")
