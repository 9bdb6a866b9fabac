"""客户端的回执簿: what a client was answered, on disk before it sends anything more."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shuangjian.engines.posting.order import Receipt


@dataclass(frozen=True)
class Acknowledged:
    """已回执的一步: its place in the client's script, and the answers."""

    place: int
    transfer_ids: tuple[int, ...]
    recorded_at: tuple[str, ...]
    is_repeat: bool


class Acknowledgements:
    """回执簿: one line a step; a line that was cut off by a kill does not count."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._counted = 0
        self._offset = 0

    def add(self, place: int, receipts: Sequence[Receipt]) -> None:
        """Write down the answer to a step (记下回执); it is on disk when this returns."""
        line = json.dumps(
            {
                "place": place,
                "transfer_ids": [receipt.transfer_id for receipt in receipts],
                "recorded_at": [receipt.recorded_at.isoformat() for receipt in receipts],
                "is_repeat": receipts[0].is_repeat,
            }
        )
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(number, f"{line}\n".encode())
            os.fdatasync(number)
        finally:
            os.close(number)

    def mend(self) -> None:
        """Cut off what a kill left of a line (截去残行), before more is added."""
        if self.path.exists():
            whole = self.path.read_bytes()
            os.truncate(self.path, whole.rfind(b"\n") + 1)

    def count(self) -> int:
        """How many steps were answered by now (已回执步数)."""
        if self.path.exists():
            with self.path.open("rb") as file:
                file.seek(self._offset)
                fresh = file.read()
            # why: a mended file may be shorter than what was read of it; whole lines never are.
            whole = fresh[: fresh.rfind(b"\n") + 1]
            self._counted += whole.count(b"\n")
            self._offset += len(whole)
        return self._counted

    def read(self) -> list[Acknowledged]:
        """All steps answered (读回执簿), in order."""
        if not self.path.exists():
            return []
        lines = self.path.read_bytes().split(b"\n")[:-1]
        return [_acknowledged(line) for line in lines]


def _acknowledged(line: bytes) -> Acknowledged:
    plain = json.loads(line)
    return Acknowledged(
        place=plain["place"],
        transfer_ids=tuple(plain["transfer_ids"]),
        recorded_at=tuple(plain["recorded_at"]),
        is_repeat=plain["is_repeat"],
    )
