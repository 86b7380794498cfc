"""Settings: every fault at once, in words, without values; unsafe combinations do not start."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from mailbox.settings import Settings, SettingsError, load_settings, settings_table
from tests.notify_service import API_KEY, EMAIL_TEMPLATE, SMS_TEMPLATE

SECRET = "hunter2-not-to-be-shown"
PUBLIC = "https://post.example.nl"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, _, _ in settings_table():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def key_file(folder: Path, *, mode: int = 0o600) -> Path:
    file = folder / "kek.json"
    file.touch(mode=0o600)
    file.chmod(mode)
    return file


def faults(monkeypatch: pytest.MonkeyPatch, **given: str) -> tuple[str, ...]:
    """What is wrong with these variables (without their prefix)."""
    for name, value in given.items():
        monkeypatch.setenv(f"MO_{name}", value)
    try:
        load_settings()
    except SettingsError as exc:
        return exc.faults
    return ()


def named(found: tuple[str, ...]) -> list[str]:
    return sorted(fault.replace(":", " ").split()[0] for fault in found)


def test_a_demo_needs_nothing_but_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(monkeypatch, DEMO="true") == ()


def test_production_behind_https_with_its_key_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert faults(monkeypatch, PUBLIC_URL=PUBLIC, KEK_FILE=str(key_file(tmp_path))) == ()


def test_all_faults_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, BULK_LINES="0", LOG_LEVEL="LOUD", DEMO="perhaps")
    assert named(found) == ["MO_BULK_LINES", "MO_DEMO", "MO_LOG_LEVEL"]


def test_what_is_printed_names_every_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MO_PUBLIC_URL", "http://post.example.nl")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value).splitlines()[1:] == [f"- {fault}" for fault in caught.value.faults]


def test_all_unsafe_combinations_are_told_together(monkeypatch: pytest.MonkeyPatch) -> None:
    found = faults(monkeypatch, DEMO="true", SECURE_COOKIES="false", PUBLIC_URL="http://post.example.nl")
    assert named(found) == ["MO_DEMO", "MO_PUBLIC_URL", "MO_SECURE_COOKIES"]


@pytest.mark.parametrize("name", ["DEMO", "LOG_LEVEL", "BULK_LINES", "PUBLIC_URL", "KEK_FILE", "THEME_CSS"])
def test_a_fault_never_shows_the_value(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    found = faults(monkeypatch, **{"DEMO": "true", name: SECRET})
    assert SECRET not in " ".join(found)


@pytest.mark.parametrize(
    "url",
    ["post.example.nl", "ftp://post.example.nl", "https://", f"{PUBLIC}/mail", f"{PUBLIC}?a=b", "https://[::1", "x"],
)
def test_a_public_url_is_a_scheme_and_a_host(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str) -> None:
    assert named(faults(monkeypatch, PUBLIC_URL=url, KEK_FILE=str(key_file(tmp_path)))) == ["MO_PUBLIC_URL"]


@pytest.mark.parametrize("url", [f"https://user:{SECRET}@post.example.nl", f"{PUBLIC}#part", f"{PUBLIC}:99999"])
def test_a_public_url_has_no_user_fragment_or_impossible_port(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str
) -> None:
    found = faults(monkeypatch, PUBLIC_URL=url, KEK_FILE=str(key_file(tmp_path)))
    assert named(found) == ["MO_PUBLIC_URL"]
    assert SECRET not in " ".join(found)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"])
def test_a_demo_may_run_on_a_loopback_address(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    assert faults(monkeypatch, DEMO="true", SECURE_COOKIES="false", PUBLIC_URL=f"http://{host}:8000") == ()


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "127.0.0.1.example.nl", "localhost.example.nl", "[::]"])  # noqa: S104 - refused
def test_a_demo_may_not_run_where_others_can_come(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    assert named(faults(monkeypatch, DEMO="true", PUBLIC_URL=f"https://{host}")) == ["MO_DEMO"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
@pytest.mark.parametrize("name", ["KEK_FILE", "TOKEN_KEY_FILE"])
def test_a_key_file_that_others_can_use_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, mode: int
) -> None:
    assert named(faults(monkeypatch, DEMO="true", **{name: str(key_file(tmp_path, mode=mode))})) == [f"MO_{name}"]


def test_production_does_not_make_a_key_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    (fault,) = faults(monkeypatch, PUBLIC_URL=PUBLIC)
    assert fault == "MO_KEK_FILE is not there. Make it once with: python -m mailbox keys init"


def test_an_http_address_is_loopback_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = faults(monkeypatch, PUBLIC_URL="http://post.example.nl", KEK_FILE=str(key_file(tmp_path)))
    assert named(found) == ["MO_PUBLIC_URL"]


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://user:{SECRET}@host/name",
        f"postgresql://user:{SECRET}@host/name",
        f"postgresql+psycopg://user:{SECRET}@host:port/name",
        "sqlite:///mailbox.db",
        "sqlite+aiosqlite://",
        "sqlite+aiosqlite:///",
        "sqlite+aiosqlite:///:memory:",
        "sqlite+aiosqlite:///?mode=ro",
        "mailbox.db",
        SECRET,
        "",
    ],
)
def test_another_database_is_a_fault_like_any_other(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    found = faults(monkeypatch, DEMO="true", PUBLIC_URL="nonsense", DATABASE_URL=url)
    assert named(found) == ["MO_DATABASE_URL", "MO_PUBLIC_URL"]
    assert SECRET not in " ".join(found)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite+aiosqlite:///data/mailbox.db",
        "sqlite+aiosqlite:////data/mailbox.db?timeout=5",
        "postgresql+psycopg://user:a%40b@host:5432/name",
        "postgresql+psycopg://user@/name?host=/run/postgresql",
        "postgresql+psycopg:///name",
        "postgresql+psycopg://[::1]/name",
    ],
)
def test_the_databases_that_are_one(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    assert faults(monkeypatch, DEMO="true", DATABASE_URL=url) == ()


def test_cookies_are_secure_where_the_address_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kek = str(key_file(tmp_path))
    assert faults(monkeypatch, KEK_FILE=kek) == ()
    assert not Settings().cookies_are_secure
    assert Settings(public_url=PUBLIC).cookies_are_secure
    assert named(faults(monkeypatch, KEK_FILE=kek, SECURE_COOKIES="true")) == ["MO_SECURE_COOKIES"]


def test_settings_cannot_be_changed() -> None:
    settings = Settings(demo=True)
    with pytest.raises(ValidationError):
        settings.demo = False
    assert settings.demo


def test_every_setting_is_in_the_table_with_its_meaning() -> None:
    table = settings_table()
    assert [name for name, _, _ in table] == [f"MO_{name.upper()}" for name in Settings.model_fields]
    assert [name for name, _, meaning in table if not meaning.endswith(".")] == []


def test_the_largest_letter_fits_its_request() -> None:
    settings = Settings()
    assert settings.letter_request_bytes > -(-settings.letter_bytes // 3) * 4


def test_organisations_that_ask_for_a_reason_are_named_with_semicolons(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().organisations_that_ask == frozenset()
    monkeypatch.setenv("MO_REASON_FOR", " Schuldhulp, Demostad ;; Buurthuis De Brug;")
    assert Settings().organisations_that_ask == {"Schuldhulp, Demostad", "Buurthuis De Brug"}


MAIL = {"DEMO": "true", "SMTP_HOST": "mail.example.nl", "SMTP_FROM": "post@example.nl"}


def test_a_mail_server_with_a_sender_and_tls_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert faults(monkeypatch, **MAIL) == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"SMTP_FROM": ""}, ["MO_SMTP_FROM"]),
        ({"SMTP_FROM": "post"}, ["MO_SMTP_FROM"]),
        ({"SMTP_TLS": "none"}, ["MO_SMTP_TLS"]),
        ({"SMTP_TLS": "none", "SMTP_HOST": "127.0.0.1"}, []),
        ({"SMTP_TLS": "perhaps"}, ["MO_SMTP_TLS"]),
        ({"SMTP_PORT": "0"}, ["MO_SMTP_PORT"]),
        ({"SMTP_USER": "post"}, ["MO_SMTP_USER"]),
        ({"SMTP_CA_FILE": "nowhere.pem"}, ["MO_SMTP_CA_FILE"]),
        ({"SMTP_USER": "post", "SMTP_PASSWORD_FILE": "nowhere"}, ["MO_SMTP_PASSWORD_FILE"]),
    ],
)
def test_what_would_send_mail_unsafely_or_not_at_all_does_not_start(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], expected: list[str]
) -> None:
    assert named(faults(monkeypatch, **{**MAIL, **changes})) == expected


def test_secrets_of_mail_are_for_their_owner_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    password, key = tmp_path / "password", tmp_path / "worker.json"
    for file in (password, key):
        file.touch(mode=0o644)
        file.chmod(0o644)
    secrets = {"SMTP_USER": "post", "SMTP_PASSWORD_FILE": str(password), "WORKER_KEY_FILE": str(key)}
    assert named(faults(monkeypatch, **MAIL, **secrets)) == ["MO_SMTP_PASSWORD_FILE", "MO_WORKER_KEY_FILE"]


NOTIFY = {
    "DEMO": "true",
    "NOTIFY_URL": "https://api.notifynl.nl",
    "NOTIFY_EMAIL_TEMPLATE": EMAIL_TEMPLATE,
    "NOTIFY_KEY_FILE": "notify.key",
}


@pytest.fixture
def notify_key(tmp_path: Path) -> Path:
    file = tmp_path / "notify.key"
    file.touch(mode=0o600)
    file.write_text(f"{API_KEY}\n")
    return file


@pytest.mark.usefixtures("notify_key")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"NOTIFY_URL": "http://127.0.0.1:6011"}, []),
        ({"NOTIFY_URL": "http://api.notifynl.nl"}, ["MO_NOTIFY_URL"]),
        ({"NOTIFY_URL": "https://api.notifynl.nl/v2"}, ["MO_NOTIFY_URL"]),
        ({"NOTIFY_URL": "api.notifynl.nl"}, ["MO_NOTIFY_URL"]),
        ({"NOTIFY_EMAIL_TEMPLATE": ""}, ["MO_NOTIFY_EMAIL_TEMPLATE"]),
        ({"NOTIFY_EMAIL_TEMPLATE": "welkom"}, ["MO_NOTIFY_EMAIL_TEMPLATE"]),
        ({"NOTIFY_SMS_TEMPLATE": SMS_TEMPLATE}, []),
        ({"NOTIFY_SMS_TEMPLATE": "welkom"}, ["MO_NOTIFY_SMS_TEMPLATE"]),
        ({"NOTIFY_KEY_FILE": "nowhere"}, ["MO_NOTIFY_KEY_FILE"]),
        ({"NOTIFY_KEY_FILE": ".."}, ["MO_NOTIFY_KEY_FILE"]),
        ({"SMTP_HOST": "mail.example.nl", "SMTP_FROM": "post@example.nl"}, ["MO_SMTP_HOST"]),
        ({"CONSOLE_MESSAGES": "true"}, ["MO_NOTIFY_URL"]),
        (
            {"NOTIFY_URL": "x", "NOTIFY_EMAIL_TEMPLATE": "", "NOTIFY_KEY_FILE": "nowhere"},
            ["MO_NOTIFY_EMAIL_TEMPLATE", "MO_NOTIFY_KEY_FILE", "MO_NOTIFY_URL"],
        ),
    ],
)
def test_the_api_of_messages_has_an_address_a_key_and_a_template(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], expected: list[str]
) -> None:
    assert sorted(set(named(faults(monkeypatch, **{**NOTIFY, **changes})))) == expected


@pytest.mark.parametrize("content", [b"", b"geheim", b"\xff"])
def test_a_file_without_an_api_key_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, notify_key: Path, content: bytes
) -> None:
    notify_key.write_bytes(content)
    assert named(faults(monkeypatch, **NOTIFY)) == ["MO_NOTIFY_KEY_FILE"]


def test_the_api_key_is_for_its_owner_only(monkeypatch: pytest.MonkeyPatch, notify_key: Path) -> None:
    notify_key.chmod(0o640)
    (fault,) = faults(monkeypatch, **NOTIFY)
    assert fault.startswith("MO_NOTIFY_KEY_FILE can be read by others.")


@pytest.mark.usefixtures("notify_key")
@pytest.mark.parametrize(
    ("content", "mode", "expected"),
    [
        (b"0123456789abcdef0123456789abcdef\n", 0o600, []),
        (b"0123456789abcdef0123456789abcdef", 0o644, ["MO_NOTIFY_CALLBACK_FILE"]),
        (b"0123456789abcdef0123456789abcde", 0o600, ["MO_NOTIFY_CALLBACK_FILE"]),
        (b"0123456789abcdef 0123456789abcdef", 0o600, ["MO_NOTIFY_CALLBACK_FILE"]),
        (b"", 0o600, ["MO_NOTIFY_CALLBACK_FILE"]),
    ],
)
def test_who_tells_what_became_of_messages_has_a_token_that_nobody_guesses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, mode: int, expected: list[str]
) -> None:
    file = tmp_path / "callback"
    file.write_bytes(content)
    file.chmod(mode)
    assert named(faults(monkeypatch, **NOTIFY, NOTIFY_CALLBACK_FILE=str(file))) == expected
    assert named(faults(monkeypatch, NOTIFY_URL="", NOTIFY_CALLBACK_FILE="nowhere")) == ["MO_NOTIFY_CALLBACK_FILE"]


def test_messages_are_printed_only_where_nobody_else_comes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kek = str(key_file(tmp_path))
    assert faults(monkeypatch, KEK_FILE=kek, CONSOLE_MESSAGES="true") == ()
    assert named(faults(monkeypatch, PUBLIC_URL=PUBLIC)) == ["MO_CONSOLE_MESSAGES"]
