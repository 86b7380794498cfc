from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from mailbox.domain.errors import TemporarilyUnavailable
from mailbox.domain.ports import ObjectStore
from mailbox.store import FolderObjects

NAME = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "objects"


@pytest.fixture
def objects(folder: Path) -> ObjectStore:
    return FolderObjects(folder)


def everything_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


async def test_an_object_comes_back_until_it_is_removed(objects: ObjectStore) -> None:
    await objects.put(NAME, b"ciphertext")
    await objects.put(OTHER, b"")
    assert [await objects.get(NAME), await objects.get(OTHER)] == [b"ciphertext", b""]
    await objects.remove(NAME)
    await objects.remove(NAME)
    assert [await objects.get(NAME), await objects.get(OTHER)] == [None, b""]


async def test_an_object_lies_two_folders_deep_and_is_for_its_owner_only(objects: ObjectStore, folder: Path) -> None:
    await objects.put(NAME, b"ciphertext")
    files = [path for path in everything_in(folder) if path.is_file()]
    assert files == [folder / "01" / "23" / NAME]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(files[0].parent.stat().st_mode) == 0o700


async def test_putting_again_replaces(objects: ObjectStore, folder: Path) -> None:
    await objects.put(NAME, b"one")
    await asyncio.gather(*(objects.put(NAME, b"two") for _ in range(8)))
    assert await objects.get(NAME) == b"two"
    assert len(everything_in(folder)) == 3


@pytest.mark.parametrize(
    "name",
    ["", "..", NAME[:-1], NAME + "0", NAME.upper(), "../" + NAME[3:], NAME[:-1] + "/", NAME + "\n", "g" * 32],
)
async def test_other_names_are_refused(objects: ObjectStore, folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        await objects.put(name, b"")
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        await objects.get(name)
    with pytest.raises(ValueError, match="32 hexadecimal digits"):
        await objects.remove(name)
    assert everything_in(folder) == []


async def test_names_objects_written_before_an_instant(objects: ObjectStore, folder: Path) -> None:
    for name, at_s in ((NAME, 1_000), (OTHER, 2_000)):
        await objects.put(name, b"")
        os.utime(folder / name[:2] / name[2:4] / name, (at_s, at_s))
    assert await objects.names_before(1_000_000) == []
    assert await objects.names_before(1_000_001) == [NAME]
    assert await objects.names_before(3_000_000) == [NAME, OTHER]


async def test_an_empty_store_has_no_names(objects: ObjectStore) -> None:
    assert await objects.names_before(2**53) == []


async def test_what_a_killed_writer_left_is_no_object_and_is_cleared_up(objects: ObjectStore, folder: Path) -> None:
    await objects.put(NAME, b"whole")
    half = folder / "01" / "23" / f"{NAME}.00.new"
    half.write_bytes(b"ha")
    os.utime(half, (1_000, 1_000))
    assert await objects.get(NAME) == b"whole"
    assert await objects.names_before(500_000) == []
    assert half.exists()
    assert await objects.names_before(1_500_000) == []
    assert not half.exists()


async def test_a_write_that_fails_leaves_nothing(objects: ObjectStore, folder: Path) -> None:
    (folder / "01" / "23" / NAME).mkdir(parents=True)
    with pytest.raises(TemporarilyUnavailable) as caught:
        await objects.put(NAME, b"")
    assert NAME not in str(caught.value)
    assert [path.name for path in (folder / "01" / "23").iterdir()] == [NAME]
    with pytest.raises(TemporarilyUnavailable):
        await objects.get(NAME)
