from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from melanoscope.errors import InputError, UnreadableImage
from melanoscope.triage import archive
from melanoscope.triage.archive import Archive

ENCRYPTED_FLAG = 6, 8
"""Where the general purpose flags stand in a local and in a central header (APPNOTE.TXT, 4.3.7 and 4.3.12)."""


def zipped(folder: Path, **members: bytes) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_jpg", ".jpg"), content)
    return path


def test_members_are_named_below_their_zip_and_others_are_counted(tmp_path: Path) -> None:
    path = zipped(tmp_path, b_jpg=b"1", deep__c_jpg=b"2", notes=b"3")

    found = Archive(path)

    assert list(found.members) == [path / "b.jpg", path / "deep" / "c.jpg"]
    assert found.others == {"": 1}
    assert found.read(path / "deep" / "c.jpg") == b"2"


def test_a_name_that_climbs_out_is_only_a_name(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("../../evil.jpg", b"1")
        file.writestr("/evil.jpg", b"2")

    found = Archive(path)

    assert [found.read(member) for member in found.members] == [b"1", b"2"]
    assert all(str(member).startswith(f"{path}/") for member in found.members)
    assert list(tmp_path.iterdir()) == [path]


def test_members_that_a_path_cannot_tell_apart_are_all_there(tmp_path: Path) -> None:
    names = ["b.jpg", "./b.jpg", "x/../b.jpg", "a//c.jpg", "a/c.jpg", "b.jpg"]
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as file, pytest.warns(UserWarning, match="Duplicate name"):
        for n, name in enumerate(names):
            file.writestr(name, str(n))

    found = Archive(path)

    assert [found.read(member) for member in found.members] == [b"0", b"1", b"2", b"3", b"4", b"5"]
    assert [str(member.relative_to(path)) for member in found.members] == [
        *("b.jpg", "b.jpg (2)", "x/../b.jpg", "a/c.jpg", "a/c.jpg (2)", "b.jpg (3)")
    ]


def test_a_damaged_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path, b_jpg=b"sound bytes")
    path.write_bytes(path.read_bytes().replace(b"sound bytes", b"other bytes"))

    with pytest.raises(UnreadableImage, match="damaged in its zip"):
        Archive(path).read(path / "b.jpg")


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    path = zipped(tmp_path, b_jpg=b"secret")
    content = bytearray(path.read_bytes())
    for header, offset in zip((b"PK\3\4", b"PK\1\2"), ENCRYPTED_FLAG, strict=True):
        content[content.index(header) + offset] |= 1
    path.write_bytes(content)

    with pytest.raises(UnreadableImage, match="encrypted"):
        Archive(path).read(path / "b.jpg")


def test_a_flood_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_BYTES", 100)
    path = zipped(tmp_path, b_jpg=b"\0" * 101)

    with pytest.raises(UnreadableImage, match="too large"):
        Archive(path).read(path / "b.jpg")


@pytest.mark.parametrize(
    ("offset", "value"),
    [pytest.param(6, b"\x63", id="of a later version"), pytest.param(46, b"\xff", id="a name that is no UTF-8")],
)
def test_a_list_of_contents_that_nobody_can_read_is_one_sentence(tmp_path: Path, offset: int, value: bytes) -> None:
    path = zipped(tmp_path, **{"é_jpg": b"1"})
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\1\2") + offset
    content[start : start + 1] = value
    path.write_bytes(content)

    with pytest.raises(InputError, match="cannot be read as a zip"):
        Archive(path)


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"no zip")

    with pytest.raises(InputError, match="cannot be read as a zip"):
        Archive(path)
