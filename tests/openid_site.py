"""The site of the OpenID provider of `openid_provider`: the library's endpoints, and a form in front of them."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Any, Final

from idpyoidc.message.oauth2 import ResponseMessage
from idpyoidc.message.oidc import AccessTokenRequest, AuthorizationRequest
from idpyoidc.server import Server
from idpyoidc.server.configure import OPConfiguration
from idpyoidc.server.user_authn.user import UserAuthnMethod, create_signed_jwt
from idpyoidc.server.user_info import UserInfo
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

LEVELS: Final = ("http://eidas.europa.eu/LoA/substantial", "http://eidas.europa.eu/LoA/low")
_KEYS: Final = [{"type": "RSA", "use": ["sig"]}, {"type": "EC", "crv": "P-256", "use": ["sig"]}]
_CODES: Final = [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}]
_SECRETS: Final = [{"type": "OCT", "use": ["enc"], "kid": name} for name in ("password", "salt")]


class _Form(UserAuthnMethod):  # type: ignore[misc]  # the library has no types
    """Asks who one is and on which level, and believes it."""

    def __init__(self, upstream_get: Any = None, people: Any = (), **_: Any) -> None:
        super().__init__(upstream_get=upstream_get)
        self.people = people

    def __call__(self, **kwargs: Any) -> str:
        context = self.upstream_get("context")
        token = create_signed_jwt(context.issuer, self.upstream_get("attribute", "keyjar"), **kwargs)
        buttons = "".join(
            f'<button name="wie" value="{escape(name)} {level}">{escape(name)} ({level.rpartition("/")[2]})</button>'
            for name in self.people
            for level in LEVELS
        )
        return (
            "<!doctype html><html lang=nl><title>Inlogdienst</title><h1>Inlogdienst</h1>"
            f'<form method="post" action="/gekozen"><input type="hidden" name="token" value="{token}">{buttons}</form>'
            f'<form method="post" action="/gestopt"><input type="hidden" name="token" value="{token}">'
            "<button>Annuleren</button></form></html>"
        )


def _settings(issuer: str, people: dict[str, Any]) -> dict[str, Any]:
    oidc, op = "idpyoidc.server.oidc", "idpyoidc.server"
    return {
        "issuer": issuer,
        "subject_types_supported": ["public"],
        "grant_types_supported": ["authorization_code"],
        "keys": {"key_defs": _KEYS, "uri_path": "jwks.json"},
        "add_on": {
            "pkce": {
                "function": f"{op}.oauth2.add_on.pkce.add_support",
                "kwargs": {"essential": True, "code_challenge_method": "S256"},
            }
        },
        "authz": {
            "class": f"{op}.authz.AuthzHandling",
            "kwargs": {
                "grant_config": {
                    "usage_rules": {
                        "authorization_code": {"supports_minting": ["access_token", "id_token"], "max_usage": 1},
                        "access_token": {},
                    },
                    "expires_in": 300,
                }
            },
        },
        "authentication": {
            str(number): {"acr": level, "class": _Form, "kwargs": {"people": people}}
            for number, level in enumerate(LEVELS)
        },
        "claims_interface": {"class": f"{op}.session.claims.ClaimsInterface", "kwargs": {}},
        "endpoint": {
            "provider_config": {
                "path": ".well-known/openid-configuration",
                "class": f"{oidc}.provider_config.ProviderConfiguration",
                "kwargs": {"client_authn_method": None},
            },
            "authorization": {
                "path": "authorization",
                "class": f"{oidc}.authorization.Authorization",
                "kwargs": {
                    "client_authn_method": None,
                    "response_types_supported": ["code"],
                    "response_modes_supported": ["query"],
                },
            },
            "token": {
                "path": "token",
                "class": f"{oidc}.token.Token",
                "kwargs": {"client_authn_method": ["private_key_jwt"]},
            },
            "userinfo": {"path": "userinfo", "class": f"{oidc}.userinfo.UserInfo", "kwargs": {}},
            "session": {
                "path": "session",
                "class": f"{oidc}.session.Session",
                "kwargs": {
                    "signing_alg": "ES256",
                    "logout_verify_url": f"{issuer}/uitloggen",
                    "post_logout_uri_path": "uitgelogd",
                    "client_authn_method": None,
                },
            },
        },
        "scopes_to_claims": {"openid": ["sub"], "profile": ["name", "bsn", "rollen", "organisatie"]},
        "token_handler_args": {
            "jwks_def": {
                "private_path": None,
                "key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}],
            },
            "code": {"kwargs": {"lifetime": 60}},
            "token": {"class": f"{op}.token.jwt_token.JWTToken", "kwargs": {"lifetime": 300}},
            "id_token": {"class": f"{op}.token.id_token.IDToken", "kwargs": {}},
        },
        "userinfo": {"class": UserInfo, "kwargs": {"db": people}},
        "session_params": {"encrypter": {"kwargs": {"keys": {"key_defs": _SECRETS}, "iterations": 1}}},
    }


class _Site:
    def __init__(self, server: Server) -> None:
        self.server = server
        self.lies: dict[str, Any] = {}

    async def endpoint(self, request: Request, name: str) -> Response:
        """As the library wants to be asked, with what it answers."""
        endpoint = self.server.get_endpoint(name)
        about = {
            "headers": dict(request.headers),
            "method": request.method,
            "url": str(request.url),
            "cookie": [{"name": name, "value": value} for name, value in request.cookies.items()],
        }
        given = dict(await request.form()) if request.method == "POST" else dict(request.query_params)
        try:
            asked = endpoint.parse_request(given, http_info=about)
        except Exception as exc:  # noqa: BLE001 - whatever the library says of it
            return JSONResponse({"error": "invalid_request", "error_description": str(exc)}, 400)
        if isinstance(asked, ResponseMessage) and "error" in asked:
            return JSONResponse(asked.to_dict(), 400)
        if name == "token":
            asked = AccessTokenRequest(**asked)
        answer = endpoint.process_request(asked, http_info=about)
        if "http_response" in answer:
            return HTMLResponse(answer["http_response"])
        return self.written(endpoint, asked, answer)

    def written(self, endpoint: Any, asked: Any, answer: Any) -> Response:
        said = endpoint.do_response(request=asked, **answer)
        if said.get("response_placement", endpoint.response_placement) == "body":
            return Response(said["response"], media_type="application/json")
        response = RedirectResponse(said["response"], 303)
        for cookie in answer.get("cookie", ()):
            response.set_cookie(cookie["name"], cookie["value"], httponly=True, samesite="lax")
        return response

    async def described(self, request: Request) -> Response:
        return await self.endpoint(request, "provider_config")

    async def authorization(self, request: Request) -> Response:
        return await self.endpoint(request, "authorization")

    async def token(self, request: Request) -> Response:
        answer = await self.endpoint(request, "token")
        if not self.lies or answer.status_code != 200:
            return answer
        said = json.loads(bytes(answer.body))
        return JSONResponse({**said, "id_token": self.lied(said["id_token"])})

    async def user_info(self, request: Request) -> Response:
        answer = await self.endpoint(request, "userinfo")
        more = self.lies.get("userinfo")
        return JSONResponse({**json.loads(bytes(answer.body)), **more}) if more else answer

    def lied(self, token: str) -> str:
        """The same token with other claims, and signed as the lie wants it."""
        own = next(key for key in self.server.keyjar.get_signing_key("EC", issuer_id="") if key.crv == "P-256")
        jwk = ECKey.import_key(own.serialize(private=True))
        claims = {**_payload(token), **self.lies.get("claims", {})}
        claims = {name: value for name, value in claims.items() if value is not None}
        match self.lies.get("key", "own"):
            case "other":
                return jwt.encode({"alg": "ES256", "kid": own.kid}, claims, ECKey.generate_key("P-256"))
            case "public":  # the public key as a secret: RFC 8725 §2.1
                secret = OctKey.import_key(json.dumps(own.serialize()))
                return jwt.encode({"alg": "HS256", "kid": own.kid}, claims, secret)
            case "none":
                return ".".join([_part({"alg": "none"}), _part(claims), ""])
            case _:
                return jwt.encode({"alg": "ES256", "kid": own.kid}, claims, jwk)

    async def end_session(self, request: Request) -> Response:
        """Ends what the browser's own cookie stands for. The library would do so only with a hint of who it is."""
        response = _page(f"U bent uitgelogd bij de inlogdienst{request.url.query}")
        for name in request.cookies:
            response.delete_cookie(name)
        return response

    async def lie(self, request: Request) -> Response:
        self.lies = await request.json()
        return Response(status_code=204)

    async def keys(self, _: Request) -> Response:
        return JSONResponse(self.server.keyjar.export_jwks(issuer_id=""))

    async def chosen(self, request: Request) -> Response:
        form = await request.form()
        name, _, level = str(form["wie"]).partition(" ")
        method = self.server.get_context().authn_broker.get_method_by_id("0")
        asked = method.unpack_token(form["token"])
        authorization = AuthorizationRequest().from_urlencoded(asked["query"])
        endpoint = self.server.get_endpoint("authorization")
        session = endpoint.create_session(authorization, name, level, asked["iat"], method)
        answer = endpoint.authz_part2(request=authorization, session_id=session)
        return self.written(endpoint, authorization, answer)

    async def given_up(self, request: Request) -> Response:
        form = await request.form()
        method = self.server.get_context().authn_broker.get_method_by_id("0")
        asked = AuthorizationRequest().from_urlencoded(method.unpack_token(form["token"])["query"])
        return RedirectResponse(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}", 303)


def _page(heading: str, form: str = "") -> Response:
    return HTMLResponse(f"<!doctype html><html lang=nl><title>{heading}</title><h1>{heading}</h1>{form}</html>")


def _payload(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def application(
    issuer: str, people: dict[str, Any], *, client_id: str, client_key: dict[str, Any], return_to: list[str]
) -> Starlette:
    """The site, with one client that proves itself with this key."""
    server = Server(OPConfiguration(conf=_settings(issuer, people), base_path="."), cwd=".")
    server.get_context().cdb[client_id] = {
        "client_id": client_id,
        "redirect_uris": [(address, {}) for address in return_to],
        "token_endpoint_auth_method": "private_key_jwt",
        "response_types_supported": ["code"],
        "response_types": ["code"],
        "allowed_scopes": ["openid", "profile"],
        "id_token_signed_response_alg": "ES256",
        "jwks": {"keys": [client_key]},
    }
    server.keyjar.import_jwks({"keys": [client_key]}, client_id)
    site = _Site(server)
    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", site.described),
            Route("/jwks.json", site.keys),
            Route("/authorization", site.authorization),
            Route("/token", site.token, methods=["POST"]),
            Route("/userinfo", site.user_info),
            Route("/gekozen", site.chosen, methods=["POST"]),
            Route("/gestopt", site.given_up, methods=["POST"]),
            Route("/session", site.end_session),
            Route("/liegt", site.lie, methods=["PUT"]),
        ]
    )
