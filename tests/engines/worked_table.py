"""The worked tables of docs/algorithms/*.md, read as the tests' data."""

from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "algorithms"


def worked_table(page: str, name: str) -> list[dict[str, str]]:
    """The rows of one table of a page, by column title."""
    text = (PAGES / page).read_text(encoding="utf-8")
    lines = text.split(f"<!-- table: {name} -->")[1].strip().split("\n")
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append(
            [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
        )
    header, _, *body = rows
    assert body, name
    return [dict(zip(header, row, strict=True)) for row in body]
