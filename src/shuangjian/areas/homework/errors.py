"""作业管理的拒绝: why a planner's wish was not carried out; ``wording.py`` says it in Chinese."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class HomeworkRefusedError(Exception):
    """不予办理: a wish that cannot be carried out; nothing was changed.

    Attributes:
        code: stable English code, a key of ``wording.REFUSALS``.
        fields: what the sentence needs.
    """

    code: str
    fields: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.code} {self.fields}"
