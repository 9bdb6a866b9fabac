"""日期网址: days in addresses as ISO text; what is no day is no page."""

from datetime import date

from django.urls import register_converter


class IsoDate:
    """``2026-11-15`` in an address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """The day; an impossible one raises ``ValueError``, which means 404."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """ISO text."""
        return value if isinstance(value, str) else value.isoformat()


register_converter(IsoDate, "day")
