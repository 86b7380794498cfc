"""The image has what the service needs, and its commands really start it. Without a container engine."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from mailbox.cli import parser
from mailbox.settings import Settings
from tests.processes import free_port

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")


def instructions(name: str) -> list[str]:
    return re.findall(rf"^{name} (.+)$", TEXT, re.MULTILINE)


def copied() -> list[str]:
    """What comes from this folder."""
    return [line.split()[0] for line in instructions("COPY") if "--from" not in line]


def environment() -> dict[str, str]:
    return dict(re.findall(r"(\w+)=(\S+)", " ".join(instructions("ENV"))))


def command(text: str) -> list[str]:
    found: list[str] = json.loads(text[text.index("[") :])
    return found


def test_everything_that_is_copied_is_there_and_not_ignored() -> None:
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    assert copied() == ["requirements.lock", "consent", "connectors", "schemas", "mailbox"]
    assert [source for source in copied() if not (ROOT / source).exists()] == []
    assert "*" in ignore
    assert {line.removeprefix("!") for line in ignore if line.startswith("!")} == set(copied())


def test_dependencies_are_locked_with_hashes() -> None:
    (install,) = [line for line in instructions("RUN") if "pip install" in line]
    assert "--require-hashes" in install
    assert "--requirement /requirements.lock" in install


def test_it_runs_as_an_ordinary_user_and_stops_on_sigterm() -> None:
    (user,) = instructions("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user)
    assert TEXT.index("USER ") < TEXT.index("CMD [")
    assert instructions("STOPSIGNAL") == ["SIGTERM"]


def test_ours_comes_before_the_standard_library() -> None:
    assert environment()["PYTHONPATH"] == instructions("WORKDIR")[0] == "/app"


def test_each_setting_exists_and_lies_on_the_volume() -> None:
    settings = {name: value for name, value in environment().items() if name.startswith("MO_")}
    assert set(settings) <= {f"MO_{name.upper()}" for name in Settings.model_fields}
    assert instructions("VOLUME") == ["/data"]
    assert [name for name, value in settings.items() if "/data/" not in value] == []


def test_no_secret_is_in_it() -> None:
    assert re.findall(r"(?i)password|secret|BEGIN .*KEY", TEXT) == []


def test_it_starts_like_make_serve() -> None:
    (started,) = instructions("CMD")
    (made,) = re.findall(r"python (-m mailbox serve)", (ROOT / "Makefile").read_text())
    assert " ".join(command(started)).startswith(f"python {made}")
    assert parser().parse_args(command(started)[3:]).host == "0.0.0.0"  # noqa: S104 - the container's own


@pytest.fixture
def image(tmp_path: Path) -> Image:
    return Image(tmp_path)


class Image:
    """What is copied, and nothing else, in a folder that nothing may be written to."""

    def __init__(self, folder: Path) -> None:
        self.app, self.data = folder / "app", folder / "data"
        self.data.mkdir()
        for source in copied():
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, self.app / source, ignore=shutil.ignore_patterns("__pycache__"))
        self.port = free_port()

    @property
    def environment(self) -> Mapping[str, str]:
        ours = {name: value.replace("/data", str(self.data)) for name, value in environment().items()}
        return {
            **ours,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(self.app),
            "MO_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "MO_SECURE_COOKIES": "false",
        }

    def start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        here = {"python": sys.executable, "0.0.0.0": "127.0.0.1", "8000": str(self.port)}  # noqa: S104 - replaced
        words = [here.get(word, word) for word in arguments]
        return subprocess.Popen(  # noqa: S603 - the words of our own Dockerfile
            words, cwd=self.app, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        process = self.start(["python", "-m", "mailbox", *arguments])
        output, _ = process.communicate(timeout=60)
        return process.returncode, output.decode()

    def files(self) -> set[Path]:
        return set(self.app.rglob("*"))


@pytest.fixture
def server(image: Image) -> Iterator[subprocess.Popen[bytes]]:
    """The image's own command, running."""
    for arguments in (["keys", "init"], ["migrate"]):
        assert image.run(*arguments)[0] == 0
    process = image.start(command(instructions("CMD")[0]))
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def healthy(image: Image) -> bool:
    check = command(instructions("HEALTHCHECK")[0])
    process = image.start(check)
    process.communicate(timeout=30)
    return process.returncode == 0


def test_without_a_key_it_says_what_to_do(image: Image) -> None:
    code, output = image.run("serve", "--port", str(image.port))
    assert code == 2
    assert "python -m mailbox keys init" in output


def test_it_starts_is_healthy_writes_nothing_beside_its_volume_and_stops(
    image: Image, server: subprocess.Popen[bytes]
) -> None:
    before = image.files()
    deadline = time.monotonic() + 30
    while not healthy(image):
        assert server.poll() is None, server.communicate()[0].decode()
        assert time.monotonic() < deadline
    assert image.files() == before
    assert {path.name for path in image.data.iterdir()} >= {"mailbox.db", "keys"}
    server.send_signal(signal.SIGTERM)
    output, _ = server.communicate(timeout=20)
    assert server.returncode in {0, -signal.SIGTERM}, output.decode()
    assert not healthy(image)
