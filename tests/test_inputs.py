from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from melanoscope.errors import InputError
from melanoscope.triage.inputs import Stamp, find


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def test_every_image_name_in_a_folder_is_an_input_in_any_case(tmp_path: Path) -> None:
    names = ["a.JPG", "b.jpeg", "c.Png", "d.bmp", "e.tif", "f.TIFF", "g.webp", "h.gif", "sub/i.jpg"]
    touch(*(tmp_path / name for name in [*names, "notes.txt", "sub/thumbs.db", "jpg"]))

    found = find([tmp_path])

    assert [str(path.relative_to(tmp_path)) for path in found.photographs] == names
    assert found.others == {".txt": 1, ".db": 1, "": 1}


def test_what_a_mac_notes_of_a_photograph_is_none(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg", tmp_path / "._a.jpg")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as file:
        file.writestr("__MACOSX/._c.jpg", b"")

    found = find([tmp_path, tmp_path / "b.zip"])

    assert list(found.photographs) == [tmp_path / "a.jpg"]
    assert found.others == {"": 2, ".zip": 1}


def test_a_broken_link_and_a_folder_with_an_image_name_are_inputs_too(tmp_path: Path) -> None:
    (tmp_path / "link.jpg").symlink_to("nowhere")
    touch(tmp_path / "album.jpg" / "a.jpg")

    found = find([tmp_path])

    assert list(found.photographs) == [tmp_path / "album.jpg", tmp_path / "link.jpg", tmp_path / "album.jpg" / "a.jpg"]
    assert found.photographs[tmp_path / "link.jpg"] == Stamp(0, 0)


def test_links_to_folders_are_followed_but_not_in_a_circle(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.jpg", tmp_path / "elsewhere" / "b.jpg")
    (tmp_path / "in" / "more").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "round").symlink_to(tmp_path / "in")

    assert [path.name for path in find([tmp_path / "in"]).photographs] == ["a.jpg", "b.jpg"]


def test_the_same_path_counts_once_however_it_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.jpg", tmp_path / "b.jpg")
    monkeypatch.chdir(tmp_path)

    found = find([Path("b.jpg"), tmp_path / "b.jpg", Path("./b.jpg"), Path("*.jpg"), Path()])

    assert list(found.photographs) == [Path("b.jpg"), Path("a.jpg")]


def test_wildcards_are_expanded_unless_a_file_has_that_name(tmp_path: Path) -> None:
    touch(tmp_path / "1.jpg", tmp_path / "2.jpg", tmp_path / "[12].jpg")

    assert [path.name for path in find([tmp_path / "?.jpg"]).photographs] == ["1.jpg", "2.jpg"]
    assert [path.name for path in find([tmp_path / "[12].jpg"]).photographs] == ["[12].jpg"]


def test_a_file_that_is_named_is_an_input_whatever_its_suffix(tmp_path: Path) -> None:
    touch(tmp_path / "photograph")

    assert list(find([tmp_path / "photograph"]).photographs) == [tmp_path / "photograph"]


def test_a_name_that_a_table_program_would_compute_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path / "=1+1.jpg")
    monkeypatch.chdir(tmp_path)

    for path in (Path("=1+1.jpg"), Path()):
        assert list(find([path]).photographs) == [tmp_path / "=1+1.jpg"]


def test_a_zip_is_read_through(tmp_path: Path) -> None:
    path = tmp_path / "a.ZIP"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("x.jpg", b"12")
        file.writestr("Read.Me", b"")

    found = find([path])

    assert [(member, stamp.size) for member, stamp in found.photographs.items()] == [(path / "x.jpg", 2)]
    assert found.others == {".me": 1}
    assert found.read(path / "x.jpg") == b"12"
    assert found.read(tmp_path / "file.jpg") == tmp_path / "file.jpg"


def test_a_zip_counts_once_and_all_its_members_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("a.zip", "w") as file:
        for name in ("b.jpg", "./b.jpg", "x/../b.jpg", "notes"):
            file.writestr(name, b"1")

    found = find([Path("a.zip"), tmp_path / "a.zip"])

    assert [str(path) for path in found.photographs] == ["a.zip/b.jpg", "a.zip/b.jpg (2)", "a.zip/x/../b.jpg"]
    assert found.others == {"": 1}


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    before = find([tmp_path]).photographs
    os.utime(tmp_path / "a.jpg", ns=(0, 1))

    assert find([tmp_path]).photographs != before


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\*\.jpg: there is no such file or folder"):
        find([tmp_path / "gone*.jpg"])


def test_a_folder_that_cannot_be_looked_into_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", forbidden)

    with pytest.raises(InputError, match=r"cannot look into this folder \(Permission denied\)"):
        find([tmp_path])
