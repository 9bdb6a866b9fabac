"""A small market as rows, and rows as files of either form."""

import csv
import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shuangjian.engines.market.column import COLUMNS, Kind

PUPILS = [
    ("丙", 3, "migrant"),
    ("p1", 1, None),
    ("p10", 2, None),
    ("p2", None, None),
    ("p3", 1, ""),
]
COURSES = [
    ("chess", "mon", 2, 1, "1-3", None, None, None),
    ("art", "mon", 1, 0, "", None, None, None),
    ("choir", "wed", 3, 2, "1+2", None, 4, "migrant:1"),
    ("robots", "mon+wed", 2, None, None, None, None, "local:1+migrant:1"),
]
CHOICES = [
    ("p10", "mon", 1, "chess"),
    ("p10", "mon", 2, "art"),
    ("p10", "mon+wed", 1, "robots"),
    ("p1", "mon", 3, "chess"),
    ("p1", "mon", 1, "art"),
    ("p1", "wed", 1, "choir"),
    ("p2", "mon", 1, "art"),
    ("丙", "wed", 2, "choir"),
    ("p3", "mon", 1, "chess"),
]
TIERS = [("p1", "chess", 2), ("p2", "art", 3), ("p2", "choir", 2), ("丙", "choir", 1)]
TICKETS = [
    ("p1", "t-7", "twins"),
    ("p2", "t-2", ""),
    ("p2", "t-1", None),
    ("p10", "t-5", "twins"),
    ("p10", "t-4", None),
]
ROWS = {
    "pupils": PUPILS,
    "courses": COURSES,
    "choices": CHOICES,
    "tiers": TIERS,
    "tickets": TICKETS,
}


def csv_text(name, rows, *, titles=None, line_end="\n"):
    """The rows of one table as CSV, with the English titles or others."""
    titles = titles or [column.name for column in COLUMNS[name]]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(titles)
    for row in rows:
        cells = ["" if cell is None else cell for cell in row]
        writer.writerow([*cells, *[""] * (len(titles) - len(cells))])
    return text.getvalue()


def write_csv_folder(folder, rows=ROWS, *, encoding="utf-8", line_end="\n", titles=None):
    folder.mkdir(parents=True, exist_ok=True)
    for name, given in rows.items():
        text = csv_text(name, given, line_end=line_end, titles=(titles or {}).get(name))
        (folder / f"{name}.csv").write_bytes(text.encode(encoding))
    return folder


def arrow_table(name, rows):
    """Text ids and text, 64-bit numbers."""
    columns = {}
    for place, column in enumerate(COLUMNS[name]):
        cells = [row[place] if place < len(row) else None for row in rows]
        kind = pa.int64() if column.kind is Kind.NUMBER else pa.string()
        columns[column.name] = pa.array(cells, kind)
    return pa.table(columns)


def write_parquet_folder(folder, rows=ROWS, *, cast=None, **options):
    folder.mkdir(parents=True, exist_ok=True)
    for name, given in rows.items():
        table = arrow_table(name, given)
        pq.write_table(cast(table) if cast else table, folder / f"{name}.parquet", **options)
    return folder


def wide(text):
    """In full-width characters."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def beside_repository(*parts):
    """Data that lies beside the repository."""
    return Path(__file__).resolve().parents[4].joinpath("shared", "data", *parts)
