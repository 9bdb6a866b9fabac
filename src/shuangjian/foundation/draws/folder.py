"""公布的文件夹: made from the database at any time, byte for byte the same."""

import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from shuangjian.engines.draw.abort import PLACE as ABORT
from shuangjian.engines.draw.announcement import PLACE as ANNOUNCEMENT
from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.nonce import PLACE as COMMITMENTS
from shuangjian.engines.draw.nonce import Commitments
from shuangjian.foundation.draws.errors import FolderDiffersError
from shuangjian.foundation.draws.models import Draw, StepKind
from shuangjian.foundation.draws.result import Sealed

TRANSCRIPT: Final = "transcript.json"
RULES: Final = "rules.txt"
_READABLE: Final = 0o644
_RESULT: Final = re.compile(r"ranks\.csv|result/.*")
# why: a file of such a name that is not in the database was not published by it.
_OURS: Final = re.compile(
    r"(draw|commitments|commit|beacon|interval|transcript|abort)\.json"
    r"|rules\.txt|verify\.py|ranks\.csv|v[0-9]+/.*|result/.*"
)


def kept_files(draw: Draw) -> dict[str, bytes]:
    """Every file of a draw so far (留存的文件), by path; a result not yet published among them."""
    kept = draw.files.order_by("path").values_list("path", "content")
    files = {path: bytes(content) for path, content in kept}
    commitments = _commitments(draw, files)
    if commitments is not None:
        files[COMMITMENTS] = commitments
    return dict(sorted(files.items()))


def published_files(draw: Draw) -> dict[str, bytes]:
    """Every file that is public so far (公布的文件), by path.

    Ranks and places come out with the closed transcript, and never if the draw was aborted; what
    an aborted draw would have given, anybody can compute from its seal and the public number.
    """
    files = kept_files(draw)
    if TRANSCRIPT in files and ABORT not in files:
        return files
    return {path: data for path, data in files.items() if not _RESULT.fullmatch(path)}


def sealed_of(files: Mapping[str, bytes]) -> Sealed:
    """What a result is computed from (封存的内容); at least one version is frozen."""
    announcement = Announcement.from_bytes(files[ANNOUNCEMENT])
    place = freeze_place(last_version(files))
    return Sealed(announcement, Freeze.from_bytes(files[place], place=place), files)


def last_version(files: Iterable[str]) -> int:
    """The number of the last frozen version (名册版次), 0 for none."""
    numbers = (re.fullmatch(r"v([0-9]+)/freeze\.json", path) for path in files)
    return max((int(each[1]) for each in numbers if each is not None), default=0)


def freeze_place(version: int) -> str:
    """Where a version's document stands (位置)."""
    return f"v{version}/freeze.json"


def require_writable(files: Mapping[str, bytes], folder: Path) -> None:
    """Refuse a folder in which a published file is another (核对文件夹).

    Raises:
        FolderDiffersError: with the files that differ.
    """
    there = sorted(path for path in folder.rglob("*") if path.is_file())
    differing = [
        name
        for path in there
        if (name := path.relative_to(folder).as_posix()) in files or _OURS.fullmatch(name)
        if not _stands(files.get(name), path.read_bytes(), name=name)
    ]
    if differing:
        raise FolderDiffersError(folder=str(folder), paths=differing)


def write_folder(files: Mapping[str, bytes], folder: Path) -> int:
    """Write the published files (写出文件夹); those that stand there already are left alone.

    Returns:
        How many were written.

    Raises:
        FolderDiffersError: a published file in the folder is another; nothing was written.
    """
    require_writable(files, folder)
    written = 0
    for name, content in files.items():
        path = folder / name
        if path.is_file() and path.read_bytes() == content:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, content)
        written += 1
    return written


def _write_whole(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, so that nobody reads half of it."""
    descriptor, made = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    Path(made).chmod(_READABLE)
    Path(made).replace(path)


def _stands(content: bytes | None, there: bytes, *, name: str) -> bool:
    """Whether what lies there may stay or grow into what is published."""
    if content is None:
        return False
    if content == there or name != COMMITMENTS:
        return content == there
    try:
        before, now = json.loads(there), json.loads(content)
        return bool(
            before | {"commitments": now["commitments"]} == now
            and before["commitments"].items() <= now["commitments"].items()
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _commitments(draw: Draw, files: Mapping[str, bytes]) -> bytes | None:
    """``commitments.json``, which names the roster that stood when the first party committed."""
    steps = list(draw.steps.order_by("number"))
    committed = [each for each in steps if each.kind == StepKind.COMMITTED]
    if not committed:
        return None
    version = sum(
        each.kind == StepKind.FROZEN and each.number < committed[0].number for each in steps
    )
    document = Commitments(
        draw=draw.slug,
        freeze=hex_digest(files[freeze_place(version)], hash_name=draw.hash_name),
        commitments={each.party: each.commitment for each in committed},
    )
    return document.to_bytes()
