"""The steps of `connectors/README.md` to add an agency, done in a copy of the project, up to letters in a mailbox."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import httpx
import pytest

from tests.processes import ROOT, free_port

BLOCK = re.compile(r"^```(\w+) (.+?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FIRST_IMPORT, LAST_ENTRY = "from connectors.cjib import letters as cjib\n", '        Agency(\n            slug="duo",\n'
PACKAGES = ("mailbox", "consent", "connectors", "schemas")


def blocks() -> dict[str, str]:
    """What the README says to write, by where."""
    return {where: text for _, where, text in BLOCK.findall((ROOT / "connectors" / "README.md").read_text())}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the agency added."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    written = blocks()
    imports, entry = (
        written.pop("imports of connectors/agency.py"),
        indent(written.pop("entry of connectors/agency.py"), " " * 8),
    )
    agency = tmp_path / "connectors" / "agency.py"
    text = agency.read_text()
    assert (text.count(FIRST_IMPORT), text.count(LAST_ENTRY)) == (1, 1)
    agency.write_text(
        text.replace(FIRST_IMPORT, imports + FIRST_IMPORT).replace(LAST_ENTRY, f"{entry.rstrip()},\n{LAST_ENTRY}")
    )
    for where, content in written.items():
        file = tmp_path / where
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    return tmp_path


@pytest.fixture
def port(project: Path) -> Iterator[int]:
    """The service of the copy, running."""
    chosen = free_port()
    run(project, "migrate", port=chosen)
    log = (project / "server.log").open("wb")
    command = (sys.executable, "-m", "mailbox", "serve", "--port", str(chosen))
    with (
        log,
        subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=project, env=environment(project, chosen), stdout=log, stderr=log
        ) as server,
    ):
        yield chosen
        server.terminate()


def environment(project: Path, port: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": str(project),
        "MO_DATABASE_URL": f"sqlite+aiosqlite:///{project}/data/mailbox.db",
        "MO_OBJECTS_DIR": str(project / "data" / "objects"),
        "MO_KEK_FILE": str(project / "data" / "keys" / "kek.json"),
        "MO_TOKEN_KEY_FILE": str(project / "data" / "keys" / "token.json"),
        "MO_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MO_DEMO": "true",
        "MO_SECURE_COOKIES": "false",
    }


def run(project: Path, *arguments: str, port: int) -> str:
    command = (sys.executable, "-m", "mailbox", *arguments)
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=project, env=environment(project, port), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def commands() -> tuple[str, list[str], list[str]]:
    """The last step: a folder to make, and what to ask of the service's command line."""
    text = (ROOT / "connectors" / "README.md").read_text()
    (lines,) = re.findall(
        r"^```sh\nmkdir -p (.+)\npython -m mailbox (.+)\npython -m mailbox (.+)\n```$", text, re.MULTILINE
    )
    folder, register, send = lines
    return folder, register.split(), send.split()


async def ready(port: int) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http, asyncio.timeout(30):
        while True:
            try:
                if (await http.get("/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


async def test_an_agency_that_is_added_by_the_steps_delivers_letters(project: Path, port: int) -> None:
    await ready(port)
    folder, register, send = commands()
    (project / folder).mkdir(parents=True)
    await asyncio.to_thread(run, project, *register, port=port)
    said = await asyncio.to_thread(run, project, *send, "--url", f"http://127.0.0.1:{port}", port=port)
    assert "30 accepted, 0 known already, 0 skipped, 0 refused" in said


def test_what_the_readme_adds_is_in_shape(project: Path) -> None:
    """Lint, format and types of the example, by the project's own rules."""
    shutil.copy(ROOT / "pyproject.toml", project)
    added = str(project / "connectors" / "cak")
    agency = str(project / "connectors" / "agency.py")
    for tool in (
        ("ruff", "check", "--no-cache", added, agency),
        ("ruff", "format", "--check", "--no-cache", added, agency),
        ("mypy", "--cache-dir", str(project / ".mypy"), "connectors/cak", "connectors/agency.py"),
    ):
        command = (str(Path(sys.executable).parent / tool[0]), *tool[1:])
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - our own tools
        assert done.returncode == 0, done.stdout + done.stderr
