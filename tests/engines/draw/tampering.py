"""Faults put into a published folder: every field of every file, and what a dishonest keeper tries.

A fault maps the files of a folder to others. ``told`` brings the transcript's hashes up to date, so
that the fault is not found merely because a hash in the transcript is old.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from shuangjian.engines.draw.canonical import canonical_bytes
from shuangjian.engines.draw.hashing import hex_digest

Files = dict[str, bytes]
Fault = Callable[[Files], Files]
TRANSCRIPT = "transcript.json"


def told(files: Files) -> Files:
    """The same folder with a transcript that lists its present hashes, as far as one can."""
    try:
        hash_name = json.loads(files["draw.json"])["hash"]
        hashes = {
            name: hex_digest(data, hash_name=hash_name)
            for name, data in files.items()
            if name != TRANSCRIPT
        }
        transcript = json.loads(files[TRANSCRIPT])
    except Exception:  # noqa: BLE001 # why: a fault may leave nothing that can be read.
        return files
    return files | {TRANSCRIPT: canonical_bytes(transcript | {"files": hashes})}


def every_fault(files: Files) -> Iterator[tuple[str, str, Files]]:
    """Each file lost, each field and cell changed, each row lost, doubled or moved."""
    for name in sorted(files):
        yield name, "lost", {other: data for other, data in files.items() if other != name}
        for what, data in _changes(name, files[name]):
            yield name, what, files | {name: data}


def _changes(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    yield "emptied", b""
    if name.endswith(".json"):
        yield "respaced", data.replace(b":", b": ", 1)
        document = json.loads(data)
        for path, changed in _changed_fields(document):
            yield path, canonical_bytes(changed)
        yield "surplus field", canonical_bytes(document | {"more": "field"})
    elif name.endswith(".csv"):
        yield from _changed_rows(data.decode())
    else:
        yield "one character", data.replace(b"a", b"b", 1) + b" "


def _changed_fields(document: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(document, dict):
        for key in document:
            yield f"{path}.{key} lost", {k: v for k, v in document.items() if k != key}
            for within, changed in _changed_fields(document[key], f"{path}.{key}"):
                yield within, document | {key: changed}
    elif isinstance(document, list):
        for place, value in enumerate(document):
            yield f"{path}[{place}] lost", document[:place] + document[place + 1 :]
            for within, changed in _changed_fields(value, f"{path}[{place}]"):
                yield within, [*document[:place], changed, *document[place + 1 :]]
    else:
        yield path, _other(document)


def _other(value: object) -> object:
    """A neighbouring value of the same type and form."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    text = str(value)
    if text and set(text) <= set("0123456789abcdef"):
        return text[:-1] + ("0" if text[-1] != "0" else "1")
    try:
        return (datetime.fromisoformat(text) + timedelta(minutes=1)).isoformat()
    except ValueError:
        return f"{text}改"


def _changed_rows(text: str) -> Iterator[tuple[str, bytes]]:
    lines = text.split("\n")[:-1]
    for place, line in enumerate(lines):
        cells = line.split(",")
        for column, cell in enumerate(cells):
            changed = ",".join([*cells[:column], str(_other(cell)), *cells[column + 1 :]])
            yield (
                f"row {place} cell {column}",
                _text([*lines[:place], changed, *lines[place + 1 :]]),
            )
        yield f"row {place} lost", _text(lines[:place] + lines[place + 1 :])
        yield f"row {place} twice", _text(lines[: place + 1] + lines[place:])
    for place in range(1, len(lines) - 1):
        moved = lines.copy()
        moved[place], moved[place + 1] = moved[place + 1], moved[place]
        yield f"row {place} moved", _text(moved)


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
