"""Reads a rendered PDF as a reader with a ruler would: characters, where they stand, and fonts."""

import ctypes
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as raw

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Glyph:
    """One printed character; millimetres from the page's left and top edges.

    `left` and `right` are those of the advance box, `ink_*` those of the ink.
    """

    text: str
    left: float
    right: float
    ink_left: float
    ink_top: float
    ink_right: float
    ink_bottom: float
    baseline: float


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    text: str
    fonts: tuple[tuple[str, bool], ...]  # name, embedded
    rules: tuple[tuple[float, float, float, float], ...]  # left, top, right, bottom

    def lines(self) -> list[list[Glyph]]:
        """The characters by baseline, top to bottom."""
        by_baseline: dict[float, list[Glyph]] = {}
        for glyph in self.glyphs:
            by_baseline.setdefault(round(glyph.baseline, 1), []).append(glyph)
        return [
            sorted(by_baseline[key], key=lambda glyph: glyph.left) for key in sorted(by_baseline)
        ]

    def line_with(self, text: str) -> list[Glyph]:
        found = [line for line in self.lines() if text in "".join(glyph.text for glyph in line)]
        assert len(found) == 1, f"{text!r} stands on {len(found)} lines"
        return found[0]


def read_pages(pdf: bytes) -> list[Page]:
    document = pdfium.PdfDocument(pdf)
    return [_read_page(document[index]) for index in range(len(document))]


def _read_page(page: pdfium.PdfPage) -> Page:
    height = page.get_height()
    textpage = page.get_textpage()
    glyphs = []
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage, index)
        character = chr(code)
        if character.isspace() or code in {0, 0x2060}:
            continue
        ink = textpage.get_charbox(index)
        loose = textpage.get_charbox(index, loose=True)
        x, y = ctypes.c_double(), ctypes.c_double()
        raw.FPDFText_GetCharOrigin(textpage, index, x, y)
        glyphs.append(
            Glyph(
                text=character,
                left=loose[0] / POINTS_PER_MM,
                right=loose[2] / POINTS_PER_MM,
                ink_left=ink[0] / POINTS_PER_MM,
                ink_top=(height - ink[3]) / POINTS_PER_MM,
                ink_right=ink[2] / POINTS_PER_MM,
                ink_bottom=(height - ink[1]) / POINTS_PER_MM,
                baseline=(height - y.value) / POINTS_PER_MM,
            )
        )
    return Page(
        width=page.get_width() / POINTS_PER_MM,
        height=height / POINTS_PER_MM,
        glyphs=tuple(glyphs),
        text=textpage.get_text_range(),
        fonts=tuple(_fonts(page)),
        rules=tuple(_rules(page, height)),
    )


def _fonts(page: pdfium.PdfPage) -> list[tuple[str, bool]]:
    fonts = set()
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=4):
        font = raw.FPDFTextObj_GetFont(item)
        buffer = ctypes.create_string_buffer(200)
        raw.FPDFFont_GetBaseFontName(font, buffer, 200)
        fonts.add((buffer.value.decode(), bool(raw.FPDFFont_GetIsEmbedded(font))))
    return sorted(fonts)


def _rules(page: pdfium.PdfPage, height: float) -> list[tuple[float, float, float, float]]:
    rules = []
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        rules.append(
            (
                left / POINTS_PER_MM,
                (height - top) / POINTS_PER_MM,
                right / POINTS_PER_MM,
                (height - bottom) / POINTS_PER_MM,
            )
        )
    return sorted(rules, key=lambda rule: (rule[1], rule[0]))
