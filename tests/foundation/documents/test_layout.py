"""Measures printed documents against GB/T 9704-2012, in millimetres."""

import dataclasses
import itertools
from datetime import date

import pytest

from shuangjian.foundation.documents.errors import GlyphMissingError
from shuangjian.foundation.documents.layout import (
    chinese_date,
    render_official_document,
    title_lines,
)
from shuangjian.foundation.documents.official_document import (
    Column,
    Heading,
    Note,
    Paragraph,
    Table,
)
from tests.foundation.documents.sample import PLAIN, REPORT, with_blocks

TOP, LEFT, WIDTH, HEIGHT = 37, 28, 156, 225
PITCH = HEIGHT / 22
CHARACTER = WIDTH / 28
SIZE_4 = 14 / 72 * 25.4  # one 4号 character

FULL_PAGES = with_blocks(Paragraph("国" * 28 * 40))
# Its issuer is named once, in the signature.
LETTER = dataclasses.replace(PLAIN, masthead="简报", copy_to=(), print_office=None, printed_on=None)


def _text(line):
    return "".join(glyph.text for glyph in line)


def test_pages_are_a4_with_22_lines_of_28_characters_in_the_text_area(printed):
    first, second, *_ = printed(FULL_PAGES)
    assert (second.width, second.height) == (
        pytest.approx(210, abs=0.1),
        pytest.approx(297, abs=0.1),
    )
    lines = [line for line in second.lines() if "国" in _text(line)]
    assert len(lines) == 22
    assert {len(line) for line in lines} == {28}
    assert min(line[0].left for line in lines) == pytest.approx(LEFT, abs=0.1)
    assert max(line[-1].right for line in lines) == pytest.approx(LEFT + WIDTH, abs=0.3)
    assert lines[0][0].ink_top == pytest.approx(TOP, abs=1)
    pitches = [b[0].baseline - a[0].baseline for a, b in itertools.pairwise(lines)]
    assert pitches == [pytest.approx(PITCH, abs=0.02)] * 21
    assert lines[-1][0].ink_bottom < TOP + HEIGHT
    # The first page must show text, its first line two characters in.
    opening = next(line for line in first.lines() if _text(line).startswith("国"))
    assert opening[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.1)


def test_page_numbers_stand_7_mm_under_the_text_odd_right_and_even_left(printed):
    for number, page in enumerate(printed(FULL_PAGES), start=1):
        mark = page.line_with(f"—{number}—")
        assert mark[0].ink_top == pytest.approx(TOP + HEIGHT + 7, abs=0.5)
        if number % 2:
            assert mark[-1].ink_right == pytest.approx(LEFT + WIDTH - SIZE_4, abs=1.2)
        else:
            assert mark[0].ink_left == pytest.approx(LEFT + SIZE_4, abs=1.2)


def test_red_head_stands_35_mm_into_the_text_area_over_number_rule_and_title(printed):
    page = printed(PLAIN)[0]
    masthead = page.line_with("临江区教育局文件")
    assert min(glyph.ink_top for glyph in masthead) == pytest.approx(TOP + 35, abs=0.5)
    assert (masthead[0].ink_left + masthead[-1].ink_right) / 2 == pytest.approx(
        LEFT + WIDTH / 2, abs=1
    )
    number = page.line_with("临教〔2026〕58号")
    assert (number[0].left + number[-1].right) / 2 == pytest.approx(LEFT + WIDTH / 2, abs=1)
    rule = page.rules[0]
    assert (rule[0], rule[2]) == (
        pytest.approx(LEFT, abs=0.7),
        pytest.approx(LEFT + WIDTH, abs=0.7),
    )
    assert (rule[1] + rule[3]) / 2 - max(g.ink_bottom for g in number) == pytest.approx(4, abs=0.8)
    title = page.line_with("义务教育阶段")
    assert title[0].ink_top > rule[3] + 2 * PITCH - 1
    assert title[1].left - title[0].left == pytest.approx(22 / 72 * 25.4, abs=0.1)  # 2号
    addressee = page.line_with("临江区人民政府，市教育局：")
    assert addressee[0].left == pytest.approx(LEFT, abs=0.1)


def test_upward_document_names_its_signer_beside_the_number(printed):
    line = printed(REPORT)[0].line_with("签发人：赵堃")
    assert _text(line).startswith("临教〔2026〕58号")
    assert line[0].left == pytest.approx(LEFT + CHARACTER, abs=0.1)
    assert line[-1].right == pytest.approx(LEFT + WIDTH - CHARACTER, abs=0.3)


def test_copy_number_classification_and_urgency_stand_in_the_upper_left_corner(printed):
    document = dataclasses.replace(PLAIN, copy_number=7, classification="秘密★1年", urgency="加急")
    page = printed(document)[0]
    corner = [page.line_with(text) for text in ("000007", "秘密★1年", "加急")]
    assert [line[0].left for line in corner] == [pytest.approx(LEFT, abs=0.1)] * 3
    assert corner[1][0].ink_top == pytest.approx(TOP + PITCH, abs=1)
    assert corner[1][0].baseline - corner[0][0].baseline == pytest.approx(PITCH, abs=0.02)
    masthead = page.line_with("临江区教育局文件")
    assert min(glyph.ink_top for glyph in masthead) == pytest.approx(TOP + 35, abs=0.5)


def test_headings_are_numbered_and_stay_with_their_text(printed):
    for filler in range(12, 24):
        blocks = [Paragraph(f"第{n}段。") for n in range(filler)]
        pages = printed(
            with_blocks(*blocks, Heading(level=1, text="情况"), Paragraph("末段。" * 9))
        )
        holder = next(page for page in pages if "一、情况" in page.text)
        assert "末段" in holder.text


def test_signature_leaves_room_for_a_seal_and_never_leaves_the_text(printed):
    for filler in range(26):
        blocks = (*(Paragraph(f"第{n}段。") for n in range(filler)), Paragraph("末" * 60))
        pages = printed(dataclasses.replace(LETTER, blocks=blocks))
        page = next(page for page in pages if "临江区教育局" in page.text)
        last = [line for line in page.lines() if _text(line).startswith("末")]
        assert len(last) >= 2, f"the signature stands alone after {filler} paragraphs"
        name, day = page.line_with("临江区教育局"), page.line_with("2026年11月15日")
        assert name[0].baseline - last[-1][0].baseline == pytest.approx(3 * PITCH, abs=0.1)
        assert day[0].baseline < TOP + HEIGHT


def test_date_ends_four_characters_in_and_the_issuer_is_centred_over_it(printed):
    page = printed(LETTER)[-1]
    name, day = page.line_with("临江区教育局"), page.line_with("2026年11月15日")
    assert day[-1].right == pytest.approx(LEFT + WIDTH - 4 * CHARACTER, abs=0.4)
    middle = (day[0].left + day[-1].right) / 2
    assert (name[0].left + name[-1].right) / 2 == pytest.approx(middle, abs=0.4)
    assert day[0].baseline - name[0].baseline == pytest.approx(PITCH, abs=0.02)
    long_name = "临江区人民政府教育督导委员会办公室双减工作专班"
    page = printed(dataclasses.replace(LETTER, issuer=long_name))[-1]
    assert page.line_with(long_name)[-1].right == pytest.approx(LEFT + WIDTH, abs=0.4)


@pytest.mark.parametrize("paragraphs", [1, 7, 13, 14, 20, 30, 36])
def test_imprint_ends_at_the_foot_of_the_text_area_of_an_even_page(printed, paragraphs):
    pages = printed(with_blocks(*(Paragraph(f"第{n}段。") for n in range(paragraphs))))
    assert len(pages) % 2 == 0
    assert ["印发" in page.text for page in pages] == [False] * (len(pages) - 1) + [True]
    rules = pages[-1].rules[-3:]
    assert (rules[2][1] + rules[2][3]) / 2 == pytest.approx(TOP + HEIGHT, abs=0.2)
    others = [
        glyph.ink_bottom
        for line in pages[-1].lines()
        if "抄送" not in _text(line) and "印发" not in _text(line) and "—" not in _text(line)
        for glyph in line
    ]
    assert max(others, default=0) < rules[0][1]
    # A blank side before the imprint takes its number and the imprint's away with it.
    is_blank = not pages[-2].text.replace(f"— {len(pages) - 1} —", "").strip()
    assert (f"— {len(pages)} —" in pages[-1].text) is not is_blank


def test_single_sided_imprint_follows_the_signature_on_its_own_page(printed):
    document = dataclasses.replace(FULL_PAGES, double_sided=False)
    pages = printed(document)
    assert len(pages) % 2 == 1
    assert "印发" in pages[-1].text


def test_table_repeats_its_head_and_keeps_every_row(printed):
    pages = printed(REPORT)
    text = "".join(page.text for page in pages)
    assert all(f"临江区第{n}小学" in text for n in range(1, 31))
    with_rows = [page for page in pages if "小学" in page.text]
    assert len(with_rows) == 2
    assert all("在校生数" in page.text for page in with_rows)
    numbers = [with_rows[0].line_with(f"临江区第{n}小学")[-1].right for n in (1, 2, 3)]
    assert numbers == [pytest.approx(numbers[0], abs=0.1)] * 3


def test_watermark_is_on_every_page_and_disturbs_no_line(printed):
    with_mark, without = printed(REPORT), printed(dataclasses.replace(REPORT, watermark=None))
    for page, plain in zip(with_mark, without, strict=True):
        assert "演示数据" in page.text
        assert "演示数据" not in plain.text
        assert set(plain.glyphs) - set(page.glyphs) == set()
        assert {glyph.text for glyph in set(page.glyphs) - set(plain.glyphs)} == set("演示数据")


def test_attachments_are_listed_under_the_text_with_aligned_names(printed):
    page = next(page for page in printed(REPORT) if "附件" in page.text)
    first, second = page.line_with("1.作业时间"), page.line_with("2.超大班额")
    assert first[0].left == pytest.approx(LEFT + 2 * CHARACTER, abs=0.1)
    assert next(g for g in first if g.text == "作").left == pytest.approx(second[2].left, abs=0.1)


def test_long_list_of_attachments_keeps_its_end_with_the_signature(printed):
    names = tuple(f"第{n}号表" for n in range(1, 31))
    pages = printed(dataclasses.replace(LETTER, attachments=names))
    text = "".join(page.text for page in pages)
    assert all(name in text for name in names)
    assert all(("第30号表" in page.text) == ("临江区教育局" in page.text) for page in pages)


def test_every_font_is_embedded(printed):
    for page in printed(REPORT):
        assert page.fonts
        assert [name for name, embedded in page.fonts if not embedded] == []


RARE = "堃昇玥珺祎㛃赟喆昉翀燊犇淼焱赑靐龘䶮𠮷〇〔〕①㎡"


def test_rare_characters_of_names_are_printed(printed):
    pages = printed(with_blocks(Paragraph(RARE)))
    assert set(RARE) - set("".join(page.text for page in pages)) == set()


def test_character_of_no_font_is_refused_and_named(printed):
    with pytest.raises(GlyphMissingError, match="U\\+E123") as caught:
        printed(with_blocks(Paragraph("某校\ue123老师")))
    assert caught.value.characters == "\ue123"
    assert "SHUANGJIAN_FONTS" in str(caught.value)


MARKUP = (
    '#read("/etc/hosts")',
    "*粗*_斜_`码`",
    "=标题",
    "$x^2$",
    "<label>@ref",
    "//注释/*块*/",
    '\\u{41}"',
    "#let a=1;[b]",
    "{{x}}<b>&amp;",
)


@pytest.mark.parametrize("words", MARKUP)
def test_words_are_never_read_as_markup(printed, words):
    document = dataclasses.replace(
        with_blocks(
            Heading(level=1, text=f"甲{words}乙"),
            Table(columns=(Column(title=f"丙{words}丁"),), rows=((f"戊{words}己",),)),
            Paragraph(f"庚{words}辛"),
        ),
        title=f"壬{words}癸",
        annotation=f"子{words}丑",
    )
    lines = [_text(line) for page in printed(document) for line in page.lines()]
    shown = words.replace(" ", "")
    for text in (f"甲{shown}乙", f"丙{shown}丁", f"戊{shown}己", f"庚{shown}辛", f"子{shown}丑"):
        assert any(text in line for line in lines), f"{text} not in {lines}"
    assert f"壬{shown}癸" in "".join(lines)


def test_same_document_gives_the_same_bytes(tmp_path):
    first = render_official_document(REPORT, own_fonts=tmp_path)
    assert render_official_document(REPORT, own_fonts=tmp_path) == first
    later = dataclasses.replace(REPORT, signed_on=date(2026, 11, 16))
    assert render_official_document(later, own_fonts=tmp_path) != first


def test_installation_names_the_font_folder(settings, tmp_path):
    settings.FONTS_FOLDER = str(tmp_path / "fonts")
    assert render_official_document(PLAIN).startswith(b"%PDF-")


def test_note_may_end_a_document(printed):
    for filler in range(4, 12):
        blocks = (*(Paragraph("段。"),) * filler, Note("数据截至十一月十五日。"))
        pages = printed(dataclasses.replace(LETTER, blocks=blocks))
        page = next(page for page in pages if "临江区教育局" in page.text)
        assert "注：数据截至" in page.text


def test_dates_have_no_leading_zeros():
    assert chinese_date(date(2026, 1, 5)) == "2026年1月5日"


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("短标题", ["短标题"]),
        ("甲的\n乙", ["甲的", "乙"]),
        (
            "关于2026年11月上半月义务教育阶段“双减”工作进展情况的报告",
            ["关于2026年11月上半月", "义务教育阶段“双减”工作进展情况的报告"],
        ),
    ],
)
def test_titles_break_between_words(title, lines):
    assert title_lines(title) == lines


def test_long_title_loses_nothing_and_fits_its_lines():
    title = "关于印发临江区义务教育学校作业管理和课后服务质量提升三年行动计划（2026—2028年）的通知"
    lines = title_lines(title)
    assert "".join(lines) == title
    assert max(map(len, lines)) <= 20
