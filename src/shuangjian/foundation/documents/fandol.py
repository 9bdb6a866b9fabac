"""Fetches the free Fandol fonts (仿宋、楷体、黑体、宋体), without root, from the Debian archive.

They are the only free simplified 仿宋 at hand, and come inside the package texlive-lang-chinese.
It is downloaded and opened, never installed: five files are taken and the rest is dropped.
"""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from shuangjian.foundation.documents.errors import FandolUnavailableError

PACKAGE = "texlive-lang-chinese"
DOWNLOAD_SECONDS_MAX = 900

# SHA-256 of version 0.3 of 2015, the last one; Debian has carried these files unchanged since.
DIGESTS: Mapping[str, str] = {
    "FandolFang-Regular.otf": "d838ad32ce2244d8144f408c37fe71065aba6fbbc80759a4d2aa2033948d5bc9",
    "FandolHei-Regular.otf": "4afa97aa8751e0118617df88272b58d43691b5cffb7ea024c4580496e9f34d28",
    "FandolKai-Regular.otf": "ea7e7fb4f9b3ac694a68d43946e04d21deed6e8c29a7c2d3081e1a4138f2f827",
    "FandolSong-Bold.otf": "ffa76a70e128947a4dd22151d5ee829b23e24ce3cb6fe8ad49891cd1c2d9e9b9",
    "FandolSong-Regular.otf": "a3820003227d4abe31fe28b493200d94a849ccfd078b50a019264f70353020b0",
}


def has_fandol(folder: Path) -> bool:
    """Whether a folder holds all five Fandol fonts (Fandol 字体是否齐全)."""
    return all((folder / name).is_file() for name in DIGESTS)


def install_fandol(folder: Path) -> None:
    """Fetch the Fandol fonts into a folder (装上 Fandol 字体); repeating it does nothing.

    Args:
        folder: the agency's font folder; made if it is not there.

    Raises:
        FandolUnavailableError: no apt on this machine, no network, or unexpected files.
    """
    if has_fandol(folder):
        return
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise FandolUnavailableError(reason="本机不是 Debian 或 Ubuntu，没有 apt-get")
    with tempfile.TemporaryDirectory(prefix="shuangjian-fonts-") as work:
        extract_fonts(_download(Path(work)), folder=folder)


def _download(work: Path) -> Path:
    """Download the package, by the machine's package lists or else by fresh private ones."""
    lists = work / "lists"
    (lists / "partial").mkdir(parents=True)
    private = [f"-oDir::State::Lists={lists}", f"-oDir::Cache={work / 'cache'}"]
    fault = _apt(["download", PACKAGE], work=work)
    if fault is not None:
        # why: a fresh machine has no package lists, and only root may refresh the machine's own.
        fault = _apt([*private, "update"], work=work) or _apt(
            [*private, "download", PACKAGE], work=work
        )
    packages = sorted(work.glob(f"{PACKAGE}_*.deb"))
    if fault is not None or not packages:
        raise FandolUnavailableError(reason=f"apt-get 下载 {PACKAGE} 失败（{fault or '没有文件'}）")
    return packages[0]


def _apt(arguments: Sequence[str], *, work: Path) -> str | None:
    """Run apt-get in a folder; its last line of complaint, or none when it went well."""
    # why: as root, apt would hand over to a user who may not write into a private folder.
    sandbox = ["-oAPT::Sandbox::User=root"] if os.geteuid() == 0 else []
    try:
        done = subprocess.run(
            ["apt-get", "-q", *sandbox, *arguments],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            timeout=DOWNLOAD_SECONDS_MAX,
        )
    except subprocess.TimeoutExpired:
        return f"{DOWNLOAD_SECONDS_MAX} 秒内没有完成"
    if done.returncode == 0:
        return None
    complaints = [line for line in done.stderr.splitlines() if line.strip()]
    return complaints[-1] if complaints else f"退出码 {done.returncode}"


def extract_fonts(package: Path, *, folder: Path, digests: Mapping[str, str] = DIGESTS) -> None:
    """Take the fonts out of a Debian package (取出字体), all of them or none.

    Args:
        package: the .deb file.
        folder: where the fonts go; made if it is not there.
        digests: SHA-256 by file name, of the files to take.

    Raises:
        FandolUnavailableError: a file is missing or is not the known one.
    """
    fonts: dict[str, bytes] = {}
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # invariant: a pipe was asked for
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                opened = archive.extractfile(member) if name in digests else None
                if opened is not None:
                    fonts[name] = opened.read()
        # why: dpkg-deb complains of a broken pipe unless its output is read to the end.
        process.stdout.read()
    for name, digest in digests.items():
        if name not in fonts:
            raise FandolUnavailableError(reason=f"{package.name} 中没有 {name}")
        if hashlib.sha256(fonts[name]).hexdigest() != digest:
            raise FandolUnavailableError(reason=f"{name} 与已知文件不符（SHA-256 不一致）")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in fonts.items():
        unfinished = folder / f"{name}.part"
        unfinished.write_bytes(content)
        unfinished.replace(folder / name)
