"""Who gets a token, and every way to get one that is not theirs (NL GOV OAuth 1.2, RFC 7523, RFC 8725)."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from mailbox.domain.identifiers import Oin
from mailbox.settings import Settings
from tests.api.machine import BERICHTEN, Machine, machine, process
from tests.world import CJIB, UWV

TOKEN_URL = "http://127.0.0.1:8000/oauth/token"


def part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def refusal(api: Machine, assertion: str, **form: Any) -> tuple[int, str]:
    answer = await api.ask_token(assertion, **form)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert not assertion.strip() or assertion not in answer.text
    return answer.status_code, answer.json()["error"]


async def test_a_registered_body_gets_a_token_for_a_quarter_of_an_hour(api: Machine) -> None:
    answer = await api.ask_token(api.assertion(), scope="berichten:inzien")
    body = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert {k: body[k] for k in ("token_type", "expires_in", "scope")} == {
        "token_type": "Bearer",
        "expires_in": 900,
        "scope": "berichten:inzien",
    }
    public = ECKey.import_key((await api.client.get("/oauth/jwks")).json()["keys"][0])
    claims = jwt.decode(body["access_token"], public, algorithms=["ES256"]).claims
    assert {"iss", "azp", "sub", "aud", "exp", "jti", "scope", "iat"} == set(claims)
    assert (claims["sub"], claims["azp"], claims["exp"]) == (CJIB.value, CJIB.value, api.clock.ms // 1000 + 900)
    assert len(claims["jti"]) >= 22


async def test_the_published_keys_have_no_private_half(api: Machine) -> None:
    keys = (await api.client.get("/oauth/jwks")).json()["keys"]
    assert [sorted(key) for key in keys] == [["alg", "crv", "kid", "kty", "use", "x", "y"]]


async def test_the_metadata_says_where_things_are_and_what_is_allowed(api: Machine) -> None:
    found = (await api.client.get("/.well-known/oauth-authorization-server")).json()
    assert (found["token_endpoint"], found["jwks_uri"]) == (TOKEN_URL, "http://127.0.0.1:8000/oauth/jwks")
    assert found["authorization_endpoint"] == "http://127.0.0.1:8000/oauth/authorize"
    assert found["revocation_endpoint"] == "http://127.0.0.1:8000/oauth/revoke"
    assert found["grant_types_supported"] == [
        "client_credentials",
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]
    assert (found["response_types_supported"], found["code_challenge_methods_supported"]) == (["code"], ["S256"])
    assert found["token_endpoint_auth_methods_supported"] == ["private_key_jwt", "none"]
    assert found["token_endpoint_auth_signing_alg_values_supported"] == ["RS256", "PS256", "ES256"]


@pytest.mark.parametrize("alg", ["RS256", "PS256"])
async def test_an_rsa_key_signs_as_the_profile_asks(api: Machine, alg: str) -> None:
    key = await api.register(UWV, RSAKey.generate_key(2048, private=True))
    assert (await api.ask_token(api.assertion(oin=UWV, alg=alg, kid=key.thumbprint()))).status_code == 200


CLAIMS = {
    "aud of someone else": {"aud": "https://elsewhere.example/oauth/token"},
    "aud of the resource": {"aud": "http://127.0.0.1:8000/aanlever/v1"},
    "aud with a tail": {"aud": TOKEN_URL + "/"},
    "two auds": {"aud": [TOKEN_URL, "https://elsewhere.example"]},
    "empty aud": {"aud": []},
    "aud is an object": {"aud": {"a": 1}},
    "aud is a list in a list": {"aud": [[TOKEN_URL]]},
    "no aud": {"aud": None},
    "sub of another": {"sub": UWV.value},
    "no sub": {"sub": None},
    "no exp": {"exp": None},
    "no iat": {"iat": None},
    "no jti": {"jti": None},
    "short jti": {"jti": "a" * 21},
    "endless jti": {"jti": "a" * 5_000},
    "jti is a number": {"jti": 12345678901234567890},
    "exp is text": {"exp": "9999999999"},
    "exp is true": {"exp": True},
    "exp is infinite": {"exp": float("inf")},
}


@pytest.mark.parametrize("changes", CLAIMS.values(), ids=CLAIMS)
async def test_claims_that_do_not_fit_are_refused(api: Machine, changes: dict[str, Any]) -> None:
    assert await refusal(api, api.assertion(api.claims(**changes))) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("iat", "exp", "nbf"),
    [
        (-120, -1, 0),  # over
        (-60, 0, 0),  # over this very second
        (61, 120, 0),  # issued in the future
        (0, 301, 0),  # lives too long
        (-200, 101, 0),  # lives too long, from its issue
        (0, 60, 61),  # not yet
        (0, -10, 0),  # ends before it begins
    ],
)
async def test_times_that_do_not_fit_are_refused(api: Machine, iat: int, exp: int, nbf: int) -> None:
    now = api.clock.ms // 1000
    claims = api.claims(iat=now + iat, exp=now + exp, nbf=now + nbf)
    assert await refusal(api, api.assertion(claims)) == (401, "invalid_client")


@pytest.mark.parametrize(("iat", "exp", "nbf"), [(60, 120, 60), (0, 300, 0), (-299, 1, -299)])
async def test_clocks_may_differ_a_minute(api: Machine, iat: int, exp: int, nbf: int) -> None:
    now = api.clock.ms // 1000
    claims = api.claims(iat=now + iat, exp=now + exp, nbf=now + nbf)
    assert (await api.ask_token(api.assertion(claims))).status_code == 200


async def test_both_names_of_us_are_an_audience(api: Machine) -> None:
    for audience in (TOKEN_URL, "http://127.0.0.1:8000", [TOKEN_URL]):
        assert (await api.ask_token(api.assertion(api.claims(aud=audience)))).status_code == 200


async def test_an_assertion_works_once(api: Machine) -> None:
    assertion = api.assertion()
    assert (await api.ask_token(assertion)).status_code == 200
    assert await refusal(api, assertion) == (401, "invalid_client")


async def test_a_used_jti_under_a_new_signature_is_used_all_the_same(api: Machine) -> None:
    claims = api.claims()
    assert (await api.ask_token(api.assertion(claims))).status_code == 200
    assert await refusal(api, api.assertion({**claims, "exp": claims["exp"] + 30})) == (401, "invalid_client")


async def test_an_assertion_used_in_one_process_is_used_in_all(api: Machine, settings: Settings) -> None:
    assertion = api.assertion()
    assert (await api.ask_token(assertion)).status_code == 200
    async with process(settings) as other:
        assert await refusal(other, assertion) == (401, "invalid_client")


async def test_an_assertion_refused_for_another_reason_is_not_spent(api: Machine) -> None:
    claims = api.claims()
    foreign = jwt.encode({"alg": "ES256", "kid": api.keys[CJIB].thumbprint()}, claims, ECKey.generate_key("P-256"))
    assert await refusal(api, foreign) == (401, "invalid_client")
    assert (await api.ask_token(api.assertion(claims))).status_code == 200


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS256", "ES384", "EdDSA", "dir"])
async def test_an_unsigned_or_other_algorithm_is_refused(api: Machine, alg: str) -> None:
    kid = api.keys[CJIB].thumbprint()
    for signature in ("", "AAAA"):
        assertion = f"{part({'alg': alg, 'kid': kid})}.{part(api.claims())}.{signature}"
        assert await refusal(api, assertion) == (401, "invalid_client")


async def test_the_public_key_is_no_hmac_secret(api: Machine) -> None:
    """RFC 8725 §2.1: algorithm confusion."""
    key = RSAKey.generate_key(2048, private=True)
    await api.register(UWV, key)
    secrets = (key.as_pem(private=False), key.as_der(private=False), json.dumps(key.as_dict(private=False)).encode())
    for secret in secrets:
        signed = f"{part({'alg': 'HS256', 'kid': key.thumbprint()})}.{part(api.claims(UWV))}"
        forged = f"{signed}.{part(hmac.digest(secret, signed.encode(), 'sha256'))}"
        assert await refusal(api, forged) == (401, "invalid_client")


async def test_an_algorithm_of_another_kind_of_key_is_refused(api: Machine) -> None:
    good = api.assertion()
    for alg in ("RS256", "PS256"):
        head = part({"alg": alg, "kid": api.keys[CJIB].thumbprint()})
        assert await refusal(api, f"{head}.{good.split('.', 1)[1]}") == (401, "invalid_client")


async def test_a_key_in_the_header_is_not_looked_at(api: Machine) -> None:
    own = ECKey.generate_key("P-256", private=True)
    for kid in (None, own.thumbprint(), api.keys[CJIB].thumbprint()):
        header = {"alg": "ES256", "jwk": own.as_dict(private=False), "jku": "https://evil.example/jwks", "kid": kid}
        forged = jwt.encode({k: v for k, v in header.items() if v is not None}, api.claims(), own)
        assert await refusal(api, forged) == (401, "invalid_client")


async def test_the_key_of_one_body_does_not_speak_for_another(api: Machine) -> None:
    await api.register(UWV)
    kid = api.keys[UWV].thumbprint()
    forged = jwt.encode({"alg": "ES256", "kid": kid}, api.claims(CJIB), api.keys[UWV])
    assert await refusal(api, forged) == (401, "invalid_client")


@pytest.mark.parametrize("kid", ["unknown", "../../etc/passwd", "' OR 1=1 --", 7, ["a"], {"a": "b"}, "", True])
async def test_a_kid_that_is_not_registered_is_refused(api: Machine, kid: object) -> None:
    _, payload, signature = api.assertion().split(".")
    forged = f"{part({'alg': 'ES256', 'kid': kid})}.{payload}.{signature}"
    assert await refusal(api, forged) == (401, "invalid_client")


async def test_a_replaced_key_no_longer_works(api: Machine) -> None:
    old = api.assertion()
    await api.services.agencies.rotate_key(CJIB, ECKey.generate_key("P-256").as_dict(private=False))
    assert await refusal(api, old) == (401, "invalid_client")


DEEP, HUGE = b'{"a":' * 1_500, b'{"iss":' + b"9" * 5_000 + b"}"
HOSTILE = {
    "blank": "  ",
    "dots": "..",
    "one part": "abc",
    "four parts": "a.b.c.d",
    "five parts (JWE)": "a.b.c.d.e",
    "no base64": "!!!.###.$$$",
    "not ascii": "é.é.é",
    "payload is a list": f"{part({'alg': 'ES256'})}.{part([])}.AAAA",
    "payload is null": f"{part({'alg': 'ES256'})}.{part(None)}.AAAA",
    "iss is a number": f"{part({'alg': 'ES256'})}.{part({'iss': 1})}.AAAA",
    "header is a list": f"{part([])}.{part({'iss': CJIB.value})}.AAAA",
    "header is text": f"{part('x')}.{part({'iss': CJIB.value})}.AAAA",
    "header is nothing": f".{part({'iss': CJIB.value})}.AAAA",
    "header is deep": f"{part(b'[' * 5_000)}.{part({'iss': CJIB.value})}.AAAA",
    "header is a deep object": f"{part(DEEP)}.{part({'iss': CJIB.value})}.AAAA",
    "payload is deep": f"{part({'alg': 'ES256'})}.{part(b'[' * 5_000)}.AAAA",
    "crit": f"{part({'alg': 'ES256', 'crit': ['exp']})}.{part({'iss': CJIB.value})}.AAAA",
    "unencoded": f"{part({'alg': 'ES256', 'b64': False, 'crit': ['b64']})}.{part({'iss': CJIB.value})}.AAAA",
    "huge number": f"{part({'alg': 'ES256'})}.{part(HUGE)}.AAAA",
}


@pytest.mark.parametrize("assertion", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_assertion_is_refused_in_peace(api: Machine, assertion: str) -> None:
    assert await refusal(api, assertion) == (401, "invalid_client")


FORMS: dict[str, tuple[dict[str, Any], str]] = {
    "another grant": ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
    "password": ({"grant_type": "password"}, "unsupported_grant_type"),
    "no assertion type": ({"client_assertion_type": None}, "invalid_client"),
    "saml": ({"client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"}, "invalid_client"),
    "a secret": ({"client_assertion": None, "client_secret": "x"}, "invalid_client"),
    "unknown scope": ({"scope": "berichten:inzien beheer"}, "invalid_scope"),
    "empty scope": ({"scope": " "}, "invalid_scope"),
    "client_id of another": ({"client_id": UWV.value}, "invalid_client"),
}


@pytest.mark.parametrize(("form", "error"), FORMS.values(), ids=FORMS)
async def test_forms_that_do_not_fit_are_refused(api: Machine, form: dict[str, Any], error: str) -> None:
    assert (await refusal(api, api.assertion(), **form))[1] == error


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b"{}"),
        ("", b"a=b"),
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"grant_type=a&grant_type=b"),
        ("application/x-www-form-urlencoded", b"a=" + b"b" * 20_000),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(50))),
        ("application/x-www-form-urlencoded", b"\xff\xfe"),
    ],
)
async def test_what_is_no_form_is_an_invalid_request(api: Machine, kind: str, content: bytes) -> None:
    answer = await api.client.post("/oauth/token", content=content, headers={"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_blocked_body_gets_no_token_and_its_old_one_ends_within_a_second(api: Machine) -> None:
    bearer = await api.bearer()
    path = f"{BERICHTEN}/00000000-0000-0000-0000-000000000000"
    assert (await api.client.get(path, headers=bearer)).status_code == 404
    await api.services.agencies.block(CJIB)
    api.clock.ms += 1_000
    assert await refusal(api, api.assertion()) == (401, "invalid_client")
    assert (await api.client.get(path, headers=bearer)).status_code == 401
    await api.services.agencies.unblock(CJIB)
    api.clock.ms += 1_000
    assert (await api.client.get(path, headers=bearer)).status_code == 404


async def test_every_refusal_of_a_body_looks_the_same(api: Machine) -> None:
    """Who is registered or blocked is not told to who cannot prove to be them."""
    unknown = Oin("00000099000000009000")
    api.keys[unknown] = ECKey.generate_key("P-256", private=True)
    bodies = {(await api.ask_token(api.assertion(oin=unknown))).text, (await api.ask_token("a.b.c")).text}
    await api.services.agencies.block(CJIB)
    bodies.add((await api.ask_token(api.assertion())).text)
    assert len(bodies) == 1


async def test_a_token_key_is_made_once_and_is_ours_alone(api: Machine, settings: Settings) -> None:
    bearer = await api.bearer()
    assert settings.token_key_file.stat().st_mode & 0o777 == 0o600
    async with process(settings) as other:
        path = f"{BERICHTEN}/00000000-0000-0000-0000-000000000000"
        assert (await other.client.get(path, headers=bearer)).status_code == 404


async def test_an_address_with_a_slash_at_its_end_is_the_same_address(settings: Settings) -> None:
    slashed = Settings(**{**settings.model_dump(), "public_url": "http://127.0.0.1:8000/"})
    async with machine(slashed) as api:
        assert (await api.ask_token(api.assertion())).status_code == 200
