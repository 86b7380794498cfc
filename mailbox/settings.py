"""Settings from the environment (MO_…). All faults are told together, and unsafe combinations refuse to start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import SettingsConfigDict

from mailbox.message_settings import MessageSettings, unsafe_messages
from mailbox.openid import ProvidersUnsound, read_providers
from mailbox.web_address import is_loopback, origin

_MEBIBYTE: Final = 1024 * 1024
_PREFIX: Final = "MO_"
_OTHERS: Final = 0o077
_NO_KEK: Final = "MO_KEK_FILE is not there. Make it once with: python -m mailbox keys init"
_NO_LOGIN_KEY: Final = "MO_LOGIN_FILE needs a key of ours. Make it once with: python -m mailbox login key"


class SettingsError(Exception):
    """What is wrong with the settings; one line a fault, without values."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(["These settings cannot be used:", *(f"- {fault}" for fault in faults)]))
        self.faults = tuple(faults)


class Settings(MessageSettings):
    """Every setting of the service. `python -m mailbox settings` prints this list."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore")

    database_url: str = Field(
        default="sqlite+aiosqlite:///data/mailbox.db",
        description="Where post is kept: sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME.",
    )
    objects_dir: Path = Field(default=Path("data/objects"), description="Folder for the ciphertext of attachments.")
    kek_file: Path = Field(
        default=Path("data/keys/kek.json"),
        description="The key-encryption key. Only its owner may read it. Made by `keys init`, or by the demo.",
    )
    token_key_file: Path = Field(
        default=Path("data/keys/token.json"),
        description="The key that signs access tokens; made at first start.",
    )
    worker_key_file: Path | None = Field(
        default=None,
        description="The key to what only the worker may open; made at first start, worker.json beside MO_KEK_FILE."
        " A machine that only takes letters in needs the .pub beside it alone.",
    )
    login_file: Path | None = Field(
        default=None,
        description="With what people log in: JSON in the form of schemas/inlogmiddelen.v1.schema.json. Without it, and"
        " outside the demo, nobody does.",
    )
    login_key_file: Path | None = Field(
        default=None,
        description="The key that proves to those providers that we are us; made by `login key`, login.json beside"
        " MO_KEK_FILE.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="The address people and senders use, without a path."
    )
    demo: bool = Field(default=False, description="Fictional people, and a login without proof. Loopback only.")
    secure_cookies: bool | None = Field(
        default=None,
        description="Cookies over https only; by default where MO_PUBLIC_URL is https.",
    )
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="What is logged.")
    attachment_bytes: int = Field(default=25 * _MEBIBYTE, gt=0, description="Bytes an attachment may have.")
    letter_bytes: int = Field(
        default=40 * _MEBIBYTE, gt=0, description="Bytes all attachments of a letter may have together."
    )
    bulk_lines: int = Field(default=10_000, gt=0, description="Letters in one bulk.")
    bulk_bytes: int = Field(default=256 * _MEBIBYTE, gt=0, description="Bytes in one bulk.")
    large_bodies: int = Field(
        default=4, gt=0, description="Letters of more than a megabyte that each process works on at once."
    )
    rate_per_second: int = Field(
        default=2_000, gt=0, description="Letters a second that one agency may send, for each process."
    )
    app_rate_per_second: int = Field(
        default=20, gt=0, description="Requests a second that one person may make with one app, for each process."
    )
    request_seconds: int = Field(default=60, gt=0, description="Seconds in which a request must have arrived.")
    reason_for: str = Field(
        default="",
        description="Organisations whose helpers must say why before they open somebody's post, as a login names them,"
        " with ; in between. * is every organisation.",
    )
    theme_css: Path | None = Field(default=None, description="A style sheet of your own house style, added after ours.")

    @field_validator("public_url")
    @classmethod
    def _without_last_slash(cls, url: str) -> str:
        """Paths are put behind it; what others compare with must have one spelling."""
        return url.removesuffix("/")

    @property
    def cookies_are_secure(self) -> bool:
        """Whether the session's cookie travels over https only."""
        return self.public_url.startswith("https:") if self.secure_cookies is None else self.secure_cookies

    @property
    def worker_key(self) -> Path:
        """Where the worker's key is."""
        return self.worker_key_file or self.kek_file.with_name("worker.json")

    @property
    def login_key(self) -> Path:
        """Where the key is that providers of logins know us by."""
        return self.login_key_file or self.kek_file.with_name("login.json")

    @property
    def organisations_that_ask(self) -> frozenset[str]:
        """Whose helpers must say why they open somebody's post."""
        return frozenset(name.strip() for name in self.reason_for.split(";") if name.strip())

    @property
    def letter_request_bytes(self) -> int:
        """What the JSON of one letter may be at most: base64 takes a third more, and text its own room."""
        return self.letter_bytes * 4 // 3 + 2 * _MEBIBYTE


def load_settings(*, new_keys: bool = False) -> Settings:
    """The settings of this process. `new_keys`: for what runs before there is a key file, or makes it.

    Raises:
        SettingsError: every fault at once.
    """
    try:
        settings = Settings()
    except ValidationError as exc:
        raise SettingsError([_fault(error["loc"], error["msg"]) for error in exc.errors()]) from None
    faults = [fault for fault in unsafe(settings) if not (new_keys and fault in {_NO_KEK, _NO_LOGIN_KEY})]
    if faults:
        raise SettingsError(faults)
    return settings


def unsafe(settings: Settings) -> Iterator[str]:
    """What must not be combined, or leads nowhere, in plain words."""
    if not _names_database(settings.database_url):
        yield "MO_DATABASE_URL must be sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME."
    address = origin(settings.public_url)
    if address is None:
        yield "MO_PUBLIC_URL must be like https://post.example.nl, without a path."
        return
    loopback = is_loopback(address.hostname or "")
    if settings.demo and not loopback:
        yield "MO_DEMO lets anyone log in as anyone: MO_PUBLIC_URL must then be a loopback address."
    if settings.console_messages and not loopback:
        yield "MO_CONSOLE_MESSAGES prints codes and sends nothing: MO_PUBLIC_URL must then be a loopback address."
    if settings.secure_cookies is False and not loopback:
        yield "MO_SECURE_COOKIES may be off only if MO_PUBLIC_URL is a loopback address."
    if address.scheme == "http" and not loopback:
        yield "MO_PUBLIC_URL must be https, or a loopback address."
    if settings.secure_cookies and address.scheme == "http" and not settings.demo:
        yield "MO_SECURE_COOKIES is on, so MO_PUBLIC_URL must be https; on a loopback address set it to false."
    yield from unsafe_messages(settings)
    yield from _unsafe_logins(settings)
    yield from _unsafe_files(settings)


def _unsafe_logins(settings: Settings) -> Iterator[str]:
    if settings.login_file is None:
        return
    if settings.demo:
        yield "MO_DEMO lets anyone log in as anyone, so MO_LOGIN_FILE would keep nobody out: set one of them."
    if not settings.login_key.exists():
        yield _NO_LOGIN_KEY
    try:
        providers = read_providers(settings.login_file)
    except ProvidersUnsound as exc:
        yield f"MO_LOGIN_FILE cannot be used: {exc}."
        return
    for number, provider in enumerate(providers):
        address = urlsplit(provider.issuer)
        if address.scheme == "http" and not is_loopback(address.hostname or ""):
            yield f"MO_LOGIN_FILE: /inlogmiddelen/{number}/uitgever must be https, or a loopback address."


def _unsafe_files(settings: Settings) -> Iterator[str]:
    if not settings.demo and not settings.kek_file.exists():
        yield _NO_KEK
    for name, file in (
        ("MO_KEK_FILE", settings.kek_file),
        ("MO_TOKEN_KEY_FILE", settings.token_key_file),
        ("MO_WORKER_KEY_FILE", settings.worker_key),
        ("MO_LOGIN_KEY_FILE", settings.login_key),
        ("MO_SMTP_PASSWORD_FILE", settings.smtp_password_file),
        ("MO_NOTIFY_KEY_FILE", settings.notify_key_file),
        ("MO_NOTIFY_CALLBACK_FILE", settings.notify_callback_file),
    ):
        if file is not None and file.exists() and file.stat().st_mode & _OTHERS:
            yield f"{name} can be read by others. Mend it with: chmod 600 {file}"
    if settings.theme_css is not None and not settings.theme_css.is_file():
        yield "MO_THEME_CSS names no file."


def settings_table() -> list[tuple[str, str, str]]:
    """(variable, default, meaning) of every setting."""
    fields = Settings.model_fields.items()
    return [
        (f"{_PREFIX}{name.upper()}", "" if field.default is None else str(field.default), field.description or "")
        for name, field in fields
    ]


def _fault(location: tuple[int | str, ...], message: str) -> str:
    return f"{_PREFIX}{'_'.join(str(part) for part in location).upper()}: {message}."


def _names_database(url: str) -> bool:
    """Whether this is one of the two kinds, so that a slip is told here, without the password that may be in it."""
    try:
        kind, port = urlsplit(url).scheme, urlsplit(url).port
    except ValueError:
        return False
    if kind == "sqlite+aiosqlite":
        file = url.partition(":///")[2].partition("?")[0]
        return file not in {"", ":memory:"}
    return kind == "postgresql+psycopg" and port != 0
