import hashlib
import subprocess

import pytest

from shuangjian.foundation.documents.errors import FandolUnavailableError
from shuangjian.foundation.documents.fandol import (
    DIGESTS,
    extract_fonts,
    has_fandol,
    install_fandol,
)

FONT = b"the bytes of a font"
KNOWN = {"Some-Regular.otf": hashlib.sha256(FONT).hexdigest()}


@pytest.fixture
def package(tmp_path):
    """A Debian package that holds one font deep inside, and a file of no interest."""
    root = tmp_path / "root"
    fonts = root / "usr/share/texlive/fonts"
    fonts.mkdir(parents=True)
    (fonts / "Some-Regular.otf").write_bytes(FONT)
    (fonts / "other.txt").write_text("other")
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(
        "Package: some\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.c>\nDescription: some\n"
    )
    built = tmp_path / "some.deb"
    subprocess.run(["dpkg-deb", "-b", str(root), str(built)], check=True, capture_output=True)
    return built


def test_only_the_known_fonts_are_taken(package, tmp_path):
    folder = tmp_path / "a/b"
    extract_fonts(package, folder=folder, digests=KNOWN)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"Some-Regular.otf": FONT}


@pytest.mark.parametrize(
    ("digests", "reason"),
    [
        ({"Some-Regular.otf": "0" * 64}, "SHA-256 不一致"),
        (KNOWN | {"Other-Regular.otf": "0" * 64}, "没有 Other-Regular.otf"),
    ],
)
def test_unknown_or_missing_file_leaves_nothing_behind(package, tmp_path, digests, reason):
    folder = tmp_path / "fonts"
    with pytest.raises(FandolUnavailableError, match=reason):
        extract_fonts(package, folder=folder, digests=digests)
    assert not folder.exists()


def test_machine_without_apt_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FandolUnavailableError, match="没有 apt-get"):
        install_fandol(tmp_path / "fonts")


def test_nothing_is_fetched_when_all_are_there(tmp_path, monkeypatch):
    for name in DIGESTS:
        (tmp_path / name).write_bytes(FONT)
    monkeypatch.setenv("PATH", "")
    assert has_fandol(tmp_path)
    install_fandol(tmp_path)
    (tmp_path / "FandolFang-Regular.otf").unlink()
    assert not has_fandol(tmp_path)
