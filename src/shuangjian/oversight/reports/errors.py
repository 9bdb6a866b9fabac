"""半月报的拒绝: what was refused, and the fields that its wording needs."""

from typing import Any


class ReportRefusedError(Exception):
    """An act on a report is refused (半月报操作被拒); ``wording.refusal_text`` says it in Chinese.

    Attributes:
        code: stable.
        fields: what the words need.
    """

    def __init__(self, code: str, **fields: Any) -> None:
        self.code = code
        self.fields = fields
        super().__init__(code)
