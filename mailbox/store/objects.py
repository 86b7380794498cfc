"""Ciphertext of attachments as files in a folder: the default object store, for one machine."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from mailbox.store.failures import disk_errors

_NAME: Final = re.compile(r"[0-9a-f]{32}")
_UNFINISHED: Final = ".new"


class FolderObjects:
    """Implements `ports.ObjectStore`: a file per object, in two levels of folders after the first digits of its name.

    An object is first written under another name and then renamed, so a name never stands for half an object. Files
    of writers that were killed are removed by `names_before`.

    Args:
        folder: where the objects are; made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, content: bytes) -> None:
        """Returns when content, name and folders are on disk.

        Raises:
            ValueError: a name that is not 32 hexadecimal digits.
            TemporarilyUnavailable: the disk refuses.
        """
        with disk_errors():
            await asyncio.to_thread(self._put, self._path(name), content)

    async def get(self, name: str) -> bytes | None:
        """Raises TemporarilyUnavailable when the disk refuses."""
        with disk_errors():
            return await asyncio.to_thread(_read, self._path(name))

    async def remove(self, name: str) -> None:
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    async def names_before(self, before_ms: int) -> Sequence[str]:
        return await asyncio.to_thread(self._names_before, before_ms)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("an object's name is 32 hexadecimal digits")
        return self._folder / name[:2] / name[2:4] / name

    def _put(self, path: Path, content: bytes) -> None:
        self._make(path.parent)
        unfinished = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_UNFINISHED}")
        try:
            _write(unfinished, content)
            unfinished.replace(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        _sync(path.parent)

    def _make(self, folder: Path) -> None:
        """Makes a folder; each new one is synced into the one above it."""
        if folder.is_dir():
            return
        self._make(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _sync(folder.parent)

    def _names_before(self, before_ms: int) -> list[str]:
        found = []
        for path in self._written_before(before_ms):
            if _NAME.fullmatch(path.name):
                found.append(path.name)
            elif path.name.endswith(_UNFINISHED):
                path.unlink(missing_ok=True)
        return sorted(found)

    def _written_before(self, before_ms: int) -> Iterator[Path]:
        for path in self._folder.glob("??/??/*"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime_ns < before_ms * 1_000_000:
                    yield path


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, for its mode
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
