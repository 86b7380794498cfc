"""The command line: what it does, what it refuses, and that it never shows a key."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mailbox.cli import main, parser
from mailbox.settings import settings_table
from tests.processes import ROOT

OIN = "00000099000000004000"


@pytest.fixture(autouse=True)
def _demo_in_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, _, _ in settings_table():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MO_DEMO", "true")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


class Runner:
    """Runs commands here; what came out is kept for the next look."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str) -> int:
        try:
            code = main(arguments)
        except SystemExit as exc:  # argparse
            code = int(exc.code or 0)
        self.out, self.err = self._capsys.readouterr()
        return code


def add(run: Runner, key_file: str = "cjib.jwk", oin: str = OIN) -> int:
    return run("agency", "add", "--oin", oin, "--name", "CJIB", "--key-file", key_file, "--generate")


def test_the_first_commands_of_a_new_machine(run: Runner) -> None:
    assert (run("migrate"), run("keys", "init"), add(run), run("agency", "list")) == (0, 0, 0, 0)
    assert re.fullmatch(rf"{OIN}  active   \S+  CJIB\n", run.out)


def test_what_a_command_writes_is_its_owners_alone(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    for command in (("keys", "init"), ("migrate",)):
        subprocess.run((sys.executable, "-m", "mailbox", *command), env=environment, check=True)  # noqa: S603 - ours
    written = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")}
    assert written == dict.fromkeys(written, 0)
    assert {"data", "mailbox.db", "keys", "kek.json"} <= written.keys()


def test_migrating_twice_is_no_harm(run: Runner) -> None:
    assert (run("migrate"), run("migrate")) == (0, 0)


def test_a_private_key_is_its_owners_alone_and_never_printed(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    assert add(run) == 0
    file = tmp_path / "cjib.jwk"
    private = json.loads(file.read_text())
    assert file.stat().st_mode & 0o777 == 0o600
    assert private["d"] not in run.out + run.err
    run("agency", "list")
    assert private["d"] not in run.out + run.err
    assert private["kid"] in run.out


def test_a_key_file_that_is_there_is_not_overwritten(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    (tmp_path / "cjib.jwk").write_text("precious")
    assert add(run) == 1
    assert (tmp_path / "cjib.jwk").read_text() == "precious"


def test_a_key_made_for_nothing_is_taken_away(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    add(run)
    assert add(run, "second.jwk") == 1
    assert not (tmp_path / "second.jwk").exists()


def test_of_a_private_key_file_only_the_public_half_is_registered(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    add(run)
    private = json.loads((tmp_path / "cjib.jwk").read_text())
    assert run("agency", "rotate-key", "--oin", OIN, "--key-file", "cjib.jwk") == 0
    assert private["d"].encode() not in b"".join(file.read_bytes() for file in (tmp_path / "data").glob("mailbox.db*"))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '"x"', "1", '{"kty":"oct","k":"AAAA"}', '{"kty":"EC","crv":"P-384"}']
)
def test_what_is_no_public_key_is_refused(run: Runner, tmp_path: Path, content: str) -> None:
    run("migrate")
    (tmp_path / "bad.jwk").write_text(content)
    assert run("agency", "add", "--oin", OIN, "--name", "CJIB", "--key-file", "bad.jwk") == 1
    assert len(run.err.splitlines()) == 1


def test_a_body_is_blocked_and_let_in_again(run: Runner) -> None:
    run("migrate")
    add(run)
    for command, state in (("block", "blocked"), ("unblock", "active")):
        assert run("agency", command, "--oin", OIN) == 0
        run("agency", "list")
        assert run.out.split()[1] == state


@pytest.mark.parametrize("oin", ["00000099000000009000", "1", "", "x" * 20])
@pytest.mark.parametrize("command", ["block", "unblock"])
def test_a_body_that_is_not_there_is_refused(run: Runner, command: str, oin: str) -> None:
    run("migrate")
    assert run("agency", command, "--oin", oin) == 1


def test_key_versions_roll_and_an_existing_key_stays(run: Runner, tmp_path: Path) -> None:
    assert run("keys", "init") == 0
    first = (tmp_path / "data/keys/kek.json").read_bytes()
    assert run("keys", "init") == 1
    assert (tmp_path / "data/keys/kek.json").read_bytes() == first
    assert run("keys", "roll") == 0
    run("keys", "status")
    assert run.out == "The key file is sound. Versions: 1, 2; 2 wraps.\n"
    secrets = [*json.loads((tmp_path / "data/keys/kek.json").read_text())["keys"].values()]
    assert [secret for secret in secrets if secret in run.out + run.err] == []


def test_asking_about_keys_makes_none(run: Runner, tmp_path: Path) -> None:
    assert (run("keys", "status"), run("keys", "roll")) == (1, 1)
    assert not (tmp_path / "data/keys/kek.json").exists()


def test_in_production_the_key_is_made_on_purpose(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MO_DEMO", "false")
    monkeypatch.setenv("MO_PUBLIC_URL", "https://post.example.nl")
    assert (run("serve"), run("worker"), run("agency", "list")) == (2, 2, 2)
    assert "keys init" in run.err
    assert (run("migrate"), run("keys", "init"), run("agency", "list")) == (0, 0, 0)


def test_wrong_settings_are_told_and_nothing_is_written(
    run: Runner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MO_PUBLIC_URL", "http://post.example.nl")
    assert (run("migrate"), run("keys", "init"), add(run)) == (2, 2, 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "post.example.nl", ""])  # noqa: S104 - refused
def test_a_demo_listens_to_this_machine_only(run: Runner, host: str) -> None:
    assert run("serve", "--host", host) == 2
    assert "MO_DEMO" in run.err


def test_a_damaged_key_file_is_named_before_the_server_starts(run: Runner, tmp_path: Path) -> None:
    file = tmp_path / "data" / "keys" / "kek.json"
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    file.chmod(0o600)
    assert run("serve") == 1
    assert str(file.relative_to(tmp_path)) in run.err


def test_every_setting_is_listed(run: Runner) -> None:
    assert run("settings") == 0
    assert [name for name, _, meaning in settings_table() if name not in run.out or meaning not in run.out] == []


def test_health_of_nothing_is_a_failure(run: Runner) -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))  # bound, and nobody listens
        assert run("health", "--port", str(sock.getsockname()[1])) == 1
    assert run.err == "The service does not answer.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nope"],
        ["agency"],
        ["keys"],
        ["serve", "--port", "0"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "８０００"],
        ["serve", "--processes", "0"],
        ["serve", "--processes", "-1"],
        ["agency", "add", "--oin", OIN],
    ],
)
def test_wrong_arguments_are_explained(run: Runner, arguments: list[str]) -> None:
    assert run(*arguments) == 2
    assert run.err.startswith("usage: python -m mailbox")


def test_every_command_is_in_the_help(run: Runner) -> None:
    assert run("--help") == 0
    commands = {"serve", "worker", "migrate", "demo", "send", "settings", "health", "agency", "app", "keys", "consent"}
    commands |= {"appointment", "bounce", "helper", "login"}
    assert {line.split()[0] for line in run.out.splitlines() if re.match(r"    \w", line)} == commands


def test_help_does_not_need_settings(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MO_BULK_LINES", "none")
    assert run("agency", "add", "--help") == 0
    assert parser(sending=False).prog == "python -m mailbox"


APP = ("--name", "Postkijker", "--redirect-uri", "https://app.example/terug")


def test_an_app_is_registered_blocked_and_let_in_again(run: Runner, tmp_path: Path) -> None:
    run("migrate")
    assert run("app", "add", *APP, "--redirect-uri", "http://127.0.0.1:7777/", "--key-file", "a.jwk", "--generate") == 0
    client_id = run.out.strip()
    private = json.loads((tmp_path / "a.jwk").read_text())
    assert ((tmp_path / "a.jwk").stat().st_mode & 0o777, private["d"] in run.out) == (0o600, False)
    for command, state in (("block", "blocked"), ("unblock", "active")):
        assert run("app", command, "--client-id", client_id) == 0
        assert run("app", "list") == 0
        assert run.out.splitlines() == [
            f"{client_id}  {state:7}  key  Postkijker",
            "    https://app.example/terug",
            "    http://127.0.0.1:7777/",
        ]


def test_an_app_that_keeps_no_secret_has_no_key(run: Runner) -> None:
    run("migrate")
    assert (run("app", "add", *APP), run("app", "list")) == (0, 0)
    assert "  active   no key  Postkijker" in run.out


@pytest.mark.parametrize(
    "address",
    [
        "http://app.example/terug",
        "https://app.example/terug#a",
        "https://ik:geheim@app.example/",
        "https://app.example/a b",
        "https://app.example/;default-src",
        "https://app.example:/x y",
        "https:///terug",
        "http://localhost:7777/",
        "http://127.0.0.1.evil.example/",
        "http://[::1]:7777/",
        "app.example:/terug",
        "javascript:alert(1)",
        "https://*.example/",
        "https://app.example/terug\n",
        "",
    ],
)
def test_people_are_sent_back_to_nothing_else(run: Runner, tmp_path: Path, address: str) -> None:
    run("migrate")
    assert run("app", "add", "--name", "Dief", "--redirect-uri", address, "--key-file", "a.jwk", "--generate") == 1
    assert len(run.err.splitlines()) == 1
    assert not (tmp_path / "a.jwk").exists()
    run("app", "list")
    assert run.out == ""


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "Post\u202ekijker", "Post\nkijker"])
def test_an_app_has_a_name_that_people_can_read(run: Runner, name: str) -> None:
    run("migrate")
    assert run("app", "add", "--name", name, "--redirect-uri", "https://app.example/") == 1


@pytest.mark.parametrize("command", ["block", "unblock"])
@pytest.mark.parametrize("client_id", ["00000000-0000-4000-8000-000000000000", "x", ""])
def test_an_app_that_is_not_there_is_refused(run: Runner, command: str, client_id: str) -> None:
    run("migrate")
    assert run("app", command, "--client-id", client_id) == 1
