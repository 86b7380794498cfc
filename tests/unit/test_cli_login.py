"""The operator's file with logins: what is refused at start, in words and without values, and the commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mailbox.cli import main
from mailbox.openid import ProvidersUnsound, read_providers
from mailbox.settings import SettingsError, load_settings, settings_table
from tests.processes import ROOT, free_port

SECRET = "niet-te-tonen"


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A service behind https with its keys, but for the one of logins."""
    for name, _, _ in settings_table():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kek.json").touch(mode=0o600)
    monkeypatch.setenv("MO_KEK_FILE", str(tmp_path / "kek.json"))
    monkeypatch.setenv("MO_PUBLIC_URL", "https://post.example.nl")
    monkeypatch.setenv("MO_LOGIN_FILE", str(tmp_path / "inlogmiddelen.json"))


def one(**changes: Any) -> dict[str, Any]:
    means = {
        "sleutel": "digid",
        "naam": "DigiD",
        "uitleg": "Voor uw eigen post.",
        "uitgever": "https://inloggen.example.nl",
        "client_id": "mijnoverzicht",
        "niveaus": ["http://eidas.europa.eu/LoA/substantial"],
        "persoon": {"soort": "bsn"},
        **changes,
    }
    return {name: value for name, value in means.items() if value is not None}


def write(*means: dict[str, Any]) -> None:
    Path("inlogmiddelen.json").write_text(json.dumps({"inlogmiddelen": means}))


def faults() -> str:
    try:
        load_settings()
    except SettingsError as exc:
        return "\n".join(exc.faults)
    return ""


def test_a_key_of_ours_is_made_once_and_only_its_public_half_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    write(one())
    assert faults() == "MO_LOGIN_FILE needs a key of ours. Make it once with: python -m mailbox login key"
    assert main(["login", "key"]) == 0
    told = capsys.readouterr().out
    (key,) = json.loads(told)["keys"]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    assert "d" not in key
    assert Path("login.json").stat().st_mode & 0o077 == 0
    assert json.loads(Path("login.json").read_text())["kid"] == key["kid"]
    assert main(["login", "key"]) == 0
    assert capsys.readouterr().out == told
    assert faults() == ""


def test_a_key_that_others_can_read_is_refused() -> None:
    write(one())
    assert main(["login", "key"]) == 0
    Path("login.json").chmod(0o644)
    assert "MO_LOGIN_KEY_FILE can be read by others" in faults()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"niveaus": None}, "/inlogmiddelen/0: Noem de niveaus"),
        ({"niveaus": []}, "/inlogmiddelen/0/niveaus"),
        ({"uitgever": "inloggen.example.nl"}, "/inlogmiddelen/0/uitgever"),
        ({"uitgever": "https://inloggen.example.nl?x=1"}, "/inlogmiddelen/0/uitgever"),
        ({"uitgever": "http://inloggen.example.nl"}, "/inlogmiddelen/0/uitgever must be https"),
        ({"client_id": ""}, "/inlogmiddelen/0/client_id"),
        ({"sleutel": "Digi D"}, "/inlogmiddelen/0/sleutel"),
        ({"persoon": {"soort": "naam"}}, "/inlogmiddelen/0/persoon/soort"),
        ({"organisatie": "A", "organisatieveld": "b"}, "/inlogmiddelen/0: Geef een organisatie"),
        ({"balie": {"veld": "rol", "waarde": "balie"}}, "/inlogmiddelen/0/balie: Een balie is van"),
        ({"onbekend": SECRET}, "/inlogmiddelen/0/onbekend"),
    ],
)
def test_what_is_wrong_with_a_login_is_said_by_place(changes: dict[str, Any], place: str) -> None:
    write(one(**changes))
    main(["login", "key"])
    found = faults()
    assert place in found
    assert SECRET not in found


def test_two_logins_have_two_keys() -> None:
    write(one(), one())
    assert "/inlogmiddelen/1/sleutel: Deze sleutel is er al." in faults()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"inlogmiddelen": []}', '{"inlogmiddelen": [], "inlogmiddelen": []}'])
def test_what_is_no_such_file_is_refused(text: str) -> None:
    Path("inlogmiddelen.json").write_text(text)
    assert "MO_LOGIN_FILE cannot be used" in faults()


def test_a_file_that_is_not_there_is_told() -> None:
    assert "MO_LOGIN_FILE cannot be used: cannot be read" in faults()


def test_the_demo_and_a_real_login_are_not_together(monkeypatch: pytest.MonkeyPatch) -> None:
    write(one())
    monkeypatch.setenv("MO_DEMO", "true")
    monkeypatch.setenv("MO_PUBLIC_URL", "http://127.0.0.1:8000")
    assert "MO_DEMO lets anyone log in as anyone, so MO_LOGIN_FILE would keep nobody out" in faults()


def test_a_provider_that_does_not_answer_is_told() -> None:
    write(one(uitgever=f"http://127.0.0.1:{free_port()}"))
    assert main(["login", "key"]) == 0
    told = subprocess.run(
        [sys.executable, "-m", "mailbox", "login", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (1, "digid: does not answer as it should\n")
    assert '"event": "login_provider_failed"' in told.stderr
    assert "1 of them cannot be used. Why is in the log" in told.stderr


def test_the_example_of_the_readme_can_be_used(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    (tmp_path / "inlogmiddelen.json").write_text(example)
    assert main(["login", "key"]) == 0
    assert faults() == ""


def test_what_is_left_out_has_a_meaning(tmp_path: Path) -> None:
    write(one(), one(sleutel="werk", niveaus=None, persoon={"soort": "pseudoniem"}, organisatie="Hulp"))
    citizen, work = read_providers(tmp_path / "inlogmiddelen.json")
    assert (citizen.scope, citizen.subject_claim, citizen.name_claim, citizen.for_others) == (
        "openid",
        "bsn",
        "name",
        False,
    )
    assert (work.levels, work.for_others) == ((), True)


def test_somebody_is_known_by_who_said_so_as_well(tmp_path: Path) -> None:
    """Two providers may know two people by the same name."""
    staff = {"niveaus": None, "persoon": {"soort": "pseudoniem"}, "organisatie": "Hulp"}
    write(one(sleutel="a", **staff), one(sleutel="b", **{**staff, "uitgever": "https://ander.example.nl"}))
    first, second = (p.identity({"sub": "7", "name": "Noor"}) for p in read_providers(tmp_path / "inlogmiddelen.json"))
    assert first.subject != second.subject


def test_a_file_is_unsound_as_a_whole(tmp_path: Path) -> None:
    write(one(niveaus=None), one(client_id=""))
    with pytest.raises(ProvidersUnsound, match="client_id"):
        read_providers(tmp_path / "inlogmiddelen.json")
