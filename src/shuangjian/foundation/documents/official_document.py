"""The parts of an official document (公文), as values; GB/T 9704-2012 names each of them."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from shuangjian.foundation.documents.errors import DocumentContentError

DEEPEST_HEADING = 4
COPY_NUMBER_MAX = 999_999  # 份号 has six digits

# Unicode's categories of what no printed line can hold: controls, invisible marks (some of which
# turn the order of letters round), halves of a character, unassigned codes, line separators.
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Cn", "Zl", "Zp"})


class Alignment(StrEnum):
    """Where a column's text stands (对齐方式)."""

    START = "start"
    CENTER = "center"
    END = "end"


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A numbered heading (层次标题); its number, 一、（一）1.（1）, is given by the writer.

    Attributes:
        level: 1 to 4.
        text: without its number.
    """

    level: int
    text: str

    def __post_init__(self) -> None:
        _require_line(self.text, where="标题层次")
        if not 1 <= self.level <= DEEPEST_HEADING:
            raise DocumentContentError(
                where="标题层次",
                why=f"为第 {self.level} 层，公文只有一、（一）1.（1）四层",
                remedy="请改为 1 到 4",
            )


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body (正文自然段), its first line two characters in."""

    text: str

    def __post_init__(self) -> None:
        _require_line(self.text, where="正文")


@dataclass(frozen=True)
class Note:
    """A small-type note (注), such as the one under a table; 「注：」 is put before it."""

    text: str

    def __post_init__(self) -> None:
        _require_line(self.text, where="注")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a table (表格的一列).

    Attributes:
        title: the head cell; may be empty.
        width: share of the table's width, at least 1; columns of 1 and 3 stand as 1 to 3.
    """

    title: str
    alignment: Alignment = Alignment.START
    width: int = 1

    def __post_init__(self) -> None:
        _refuse_controls(self.title, where="表头")
        if self.width < 1:
            raise DocumentContentError(
                where="表头", why=f"“{self.title}”列宽为 {self.width}", remedy="列宽请取正整数"
            )


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table in the body (正文中的表格); its head is repeated on every page it runs over."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str | None = None

    def __post_init__(self) -> None:
        name = f"表格“{self.caption}”" if self.caption else "表格"
        if not self.columns:
            raise DocumentContentError(where=name, why="没有列", remedy="请至少给出一列")
        for number, row in enumerate(self.rows, start=1):
            if len(row) != len(self.columns):
                raise DocumentContentError(
                    where=name,
                    why=f"第 {number} 行有 {len(row)} 格，表头有 {len(self.columns)} 列",
                    remedy="请补齐或删去多余的格",
                )
            for cell in row:
                _refuse_controls(cell, where=f"{name}第 {number} 行")
        if self.caption is not None:
            _require_line(self.caption, where="表题")


Block = Heading | Paragraph | Note | Table


@dataclass(frozen=True, kw_only=True)
class OfficialDocument:
    """One official document (公文), ready to be laid out.

    Attributes:
        issuer: 发文机关, which also signs it (发文机关署名).
        title: 标题; a line feed in it is a deliberate line break.
        blocks: 正文; the last is a paragraph or a note, because a seal must not stand alone.
        signed_on: 成文日期.
        masthead: 发文机关标志, the red head; without one it is the issuer and 「文件」.
        document_number: 发文字号, such as 「某教〔2026〕12号」.
        copy_number: 份号, 1 to 999999, shown with six digits.
        classification: 密级和保密期限, such as 「秘密★1年」.
        urgency: 紧急程度.
        signer: 签发人, only for a document to a superior body.
        addressee: 主送机关, without its colon.
        attachments: 附件说明, names only, in order.
        annotation: 附注, without its brackets.
        copy_to: 抄送机关, in order.
        print_office: 印发机关.
        printed_on: 印发日期.
        double_sided: 双面印刷; then 版记 stands on an even page.
        watermark: a word on every page, such as 「演示数据」.
        sign_off: small lines under the signature, such as an internal sign-off and its hash.
    """

    issuer: str
    title: str
    blocks: tuple[Block, ...]
    signed_on: date
    masthead: str | None = None
    document_number: str | None = None
    copy_number: int | None = None
    classification: str | None = None
    urgency: str | None = None
    signer: str | None = None
    addressee: str | None = None
    attachments: tuple[str, ...] = ()
    annotation: str | None = None
    copy_to: tuple[str, ...] = ()
    print_office: str | None = None
    printed_on: date | None = None
    double_sided: bool = True
    watermark: str | None = None
    sign_off: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require_line(self.issuer, where="发文机关")
        for line in self.title.split("\n"):
            _require_line(line, where="标题")
        self._require_optional_lines()
        self._require_lists()
        self._require_body()
        if self.copy_number is not None and not 1 <= self.copy_number <= COPY_NUMBER_MAX:
            raise DocumentContentError(
                where="份号",
                why=f"为 {self.copy_number}，而份号是六位数字",
                remedy=f"请取 1 到 {COPY_NUMBER_MAX}",
            )

    def _require_optional_lines(self) -> None:
        for where, text in (
            ("发文机关标志", self.masthead),
            ("发文字号", self.document_number),
            ("密级和保密期限", self.classification),
            ("紧急程度", self.urgency),
            ("签发人", self.signer),
            ("主送机关", self.addressee),
            ("附注", self.annotation),
            ("印发机关", self.print_office),
            ("水印", self.watermark),
        ):
            if text is not None:
                _require_line(text, where=where)

    def _require_lists(self) -> None:
        for where, lines in (
            ("附件说明", self.attachments),
            ("抄送机关", self.copy_to),
            ("签发记录", self.sign_off),
        ):
            for line in lines:
                _require_line(line, where=where)

    def _require_body(self) -> None:
        if not self.blocks or not isinstance(self.blocks[-1], Paragraph | Note):
            raise DocumentContentError(
                where="正文",
                why="没有以文字结束，印章和署名会脱离正文",
                remedy="请在最后加一段文字",
            )
        for block, following in pairwise(self.blocks):
            if isinstance(block, Heading) and _is_shallower_or_equal(following, block):
                raise DocumentContentError(
                    where=f"标题“{block.text}”",
                    why="下面没有内容",
                    remedy="请补上内容，或删去这个标题",
                )


def _is_shallower_or_equal(following: Block, heading: Heading) -> bool:
    return isinstance(following, Heading) and following.level <= heading.level


def _require_line(text: str, *, where: str) -> None:
    """Refuse a text without visible characters, or with control characters."""
    if not text.strip():
        raise DocumentContentError(where=where, why="是空的", remedy="请填写后重新生成")
    _refuse_controls(text, where=where)


def _refuse_controls(text: str, *, where: str) -> None:
    """Refuse what no printed line can hold."""
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in UNPRINTABLE:
            raise DocumentContentError(
                where=where,
                why=f"第 {position} 个字符是不能印出的 U+{ord(character):04X}",
                remedy="请删去它；换行请分成两段",
            )
