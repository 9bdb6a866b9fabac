"""Turns an official document into a PDF (公文排版), after GB/T 9704-2012.

The template is a file of the package and the document reaches it as one JSON text, so no word of
a document is ever read as markup. Nothing of the clock or the machine enters the file: the same
document and the same fonts give the same bytes.
"""

import dataclasses
import json
import re
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

from shuangjian.foundation.documents.errors import GlyphMissingError, LayoutFailedError
from shuangjian.foundation.documents.fonts import FontChain, find_fonts, font_folders
from shuangjian.foundation.documents.numerals import heading_numbers
from shuangjian.foundation.documents.official_document import (
    Block,
    Heading,
    OfficialDocument,
    Table,
)

TEMPLATE = "official_document.typ"

# PDF/A-2u: fonts are embedded, text can be searched, and a character without a glyph is an error.
PDF_STANDARD: Final = "a-2u"

TITLE_LINE_CHARACTERS = 20  # 156 mm at 22 pt
OPENING = "〔（《“第"  # never last on a line of a title
NEVER_FIRST = "〕）》”、，年月日号的"
GOOD_ENDS = "的和、》）”月日"
ESCAPE = re.compile(r"\\u\{(?P<code>[0-9a-f]+)\}")
GLYPH_FAULT = re.compile(r'the text `?"(?P<text>.+?)"`? could not be displayed')


def render_official_document(document: OfficialDocument, *, own_fonts: Path | None = None) -> bytes:
    """Lay out an official document as a PDF (生成公文 PDF).

    Args:
        document: what to lay out.
        own_fonts: the folder of the agency's own fonts; by default the installation's.

    Returns:
        The PDF file. Equal documents with equal fonts give equal bytes.

    Raises:
        FontsMissingError: this machine has no usable Chinese font.
        GlyphMissingError: no font has one of the document's characters.
        LayoutFailedError: the typesetter refused it for another reason.
    """
    fonts = find_fonts(font_folders(own_fonts or Path(settings.FONTS_FOLDER)))
    with resources.as_file(resources.files(__package__) / "templates") as templates:
        compiler = typst.Compiler(
            input=str(templates / TEMPLATE),
            root=str(templates),
            font_paths=[str(folder) for folder in fonts.folders],
            ignore_system_fonts=True,
        )
        try:
            pdf = compiler.compile(
                format="pdf",
                sys_inputs={"document": json.dumps(_values(document, fonts=fonts))},
                pdf_standards=[PDF_STANDARD],
                timestamp=_timestamp(document.signed_on),
            )
        except typst.TypstError as error:
            fault = GLYPH_FAULT.search(str(error))
            if fault is not None:
                raise GlyphMissingError(characters=_unescaped(fault["text"])) from error
            raise LayoutFailedError(detail=str(error)) from error
    assert isinstance(pdf, bytes)  # invariant: a PDF is one file, returned when none is named
    return pdf


def _unescaped(text: str) -> str:
    """The characters of a message of the typesetter, which writes invisible ones as escapes."""
    return ESCAPE.sub(lambda match: chr(int(match["code"], 16)), text)


def _timestamp(day: date) -> int:
    """The file's own date: the day it was signed, so that the clock leaves no trace."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _values(document: OfficialDocument, *, fonts: FontChain) -> dict[str, Any]:
    """What the template reads: strings, numbers and lists, with every date written out."""
    values = {field.name: getattr(document, field.name) for field in dataclasses.fields(document)}
    values |= {
        "fonts": {face.role: dataclasses.asdict(face) for face in fonts.typefaces},
        "masthead": document.masthead or f"{document.issuer}文件",
        "copy_number": None if document.copy_number is None else f"{document.copy_number:06d}",
        "title_lines": title_lines(document.title),
        "blocks": _blocks(document.blocks),
        "signed_on": chinese_date(document.signed_on),
        "printed_on": None if document.printed_on is None else chinese_date(document.printed_on),
    }
    return values


def _blocks(blocks: tuple[Block, ...]) -> list[dict[str, Any]]:
    numbers = iter(heading_numbers(blocks))
    entries: list[dict[str, Any]] = []
    for block in blocks:
        entry = dataclasses.asdict(block) | {"kind": type(block).__name__.lower()}
        if isinstance(block, Heading):
            entry["text"] = next(numbers) + block.text
        elif isinstance(block, Table):
            entry["rows"] = [list(row) for row in block.rows]
        entries.append(entry)
    return entries


def chinese_date(day: date) -> str:
    """A date as official documents write it (成文日期), without leading zeros.

    >>> chinese_date(date(2026, 11, 5))
    '2026年11月5日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def title_lines(title: str) -> list[str]:
    """The lines of a title (标题回行), nearly equal where its writer set no break.

    A break is put nearest to the even one where no digit, Latin word or bracket is torn, and
    rather behind 的, 和, 、 or a closing bracket, so that words mostly stay whole.
    """
    if "\n" in title:
        return title.split("\n")
    lines: list[str] = []
    rest = title
    while len(rest) > TITLE_LINE_CHARACTERS:
        count = -(-len(rest) // TITLE_LINE_CHARACTERS)
        cut = _break_near(rest, even=-(-len(rest) // count))
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


def _break_near(text: str, *, even: int) -> int:
    """Where to break a line: the best of the places near the even one, 1 up to a full line."""
    candidates = range(max(1, even - 4), min(TITLE_LINE_CHARACTERS, even + 4, len(text) - 1) + 1)
    return min(candidates, key=lambda cut: (_cost(text[cut - 1], text[cut], abs(cut - even)), cut))


def _cost(before: str, after: str, distance: int) -> int:
    torn = before.isascii() and after.isascii()
    if torn or before in OPENING or after in NEVER_FIRST:
        return 1000 + distance
    return distance + (0 if before in GOOD_ENDS else 3)
