"""半月报的公文: the report as an official document (GB/T 9704-2012), from its content alone."""

from datetime import date, datetime

from shuangjian.foundation.documents.official_document import (
    Alignment,
    Block,
    Column,
    Heading,
    Note,
    OfficialDocument,
    Paragraph,
    Table,
)
from shuangjian.oversight.indicators.wording import component_text
from shuangjian.oversight.reports.content import (
    IndicatorContent,
    ReportContent,
    SchoolContent,
)
from shuangjian.oversight.reports.item import ITEMS
from shuangjian.oversight.reports.wording import (
    change_text,
    day_text,
    per_mille_text,
    value_text,
    whole_text,
)

DRAFT_MARK = "草稿"
DEMO_MARK = "演示数据"


def report_document(
    content: ReportContent, *, sha256: str, on: date, is_demo: bool
) -> OfficialDocument:
    """The report as an official document (半月报公文).

    Args:
        content: a draft's or a signed one's.
        sha256: the digest of a signed one; empty for a draft, which is marked 草稿.
        on: the day on which a draft is printed; a signed one carries the day of its signing.
        is_demo: whether every page has to say 演示数据.
    """
    sign_off = content["sign_off"]
    marks = [DEMO_MARK] * is_demo + [DRAFT_MARK] * (sign_off is None)
    signed_on = datetime.fromisoformat(sign_off["at"]).date() if sign_off else on
    return OfficialDocument(
        issuer=content["issuer"],
        title=_title(content),
        blocks=tuple(_blocks(content)),
        signed_on=signed_on,
        signer=sign_off["name"] if sign_off else None,
        addressee=content["addressee"] or None,
        watermark=" ".join(marks) or None,
        sign_off=_sign_off_lines(content, sha256=sha256),
    )


def file_name(content: ReportContent) -> str:
    """The PDF's name (文件名), in Chinese: region, due day, and which version it is."""
    version = f"第{content['revision']}版" if content["sign_off"] else DRAFT_MARK
    due = day_text(date.fromisoformat(content["due_on"]))
    return f"{content['region_name']}双减工作半月报（{due}，{version}）.pdf"


def _title(content: ReportContent) -> str:
    due = day_text(date.fromisoformat(content["due_on"]))
    correction = "（更正）" if content["revision"] > 1 else ""
    return f"{content['region_name']}“双减”工作半月报{correction}\n（{due}）"


def _sign_off_lines(content: ReportContent, *, sha256: str) -> tuple[str, ...]:
    sign_off = content["sign_off"]
    if sign_off is None:
        return ("草稿，未经签发，数字仍会变动。",)
    at = datetime.fromisoformat(sign_off["at"])
    return (
        f"内部签发：{sign_off['name']}，{day_text(at.date())} {at:%H:%M}",
        f"内容摘要（SHA-256）：{sha256}",
    )


def _blocks(content: ReportContent) -> list[Block]:
    first = day_text(date.fromisoformat(content["first_on"]))
    due = day_text(date.fromisoformat(content["due_on"]))
    blocks: list[Block] = [
        Paragraph(f"按照“双减”工作半月通报制度的要求，现将{first}至{due}的工作情况报告如下。")
    ]
    if content["reason"]:
        blocks.append(
            Paragraph(
                f"本版为第{content['revision']}版，更正理由：{content['reason']}原版仍可查阅。"
            )
            if content["reason"].endswith("。")
            else Paragraph(
                f"本版为第{content['revision']}版，更正理由：{content['reason']}。原版仍可查阅。"
            )
        )
    blocks += _items(content)
    for indicator in _others(content):
        blocks += _indicator(indicator)
    blocks += _tallies(content)
    blocks += _changes(content)
    blocks += _concerns(content)
    blocks.append(
        Paragraph(
            "以上数字由平台按现行政策和原始记录计算，逐项可以查到学校和班级；标明“人工填写”的除外。"
        )
    )
    return blocks


def _items(content: ReportContent) -> list[Block]:
    rows = tuple(
        (
            str(number),
            item["title"],
            value_text(item["figure"]),
            whole_text(item["figure"]),
        )
        for number, item in enumerate(content["items"], start=1)
    )
    columns = (
        Column(title="序号", alignment=Alignment.CENTER, width=3),
        Column(title="内容", width=11),
        Column(title="情况", width=10),
        Column(title="说明", width=11),
    )
    remarks = [
        Paragraph(
            f"{remark['title']}：{remark['text']}（{remark['mark']}：{remark['owner']}；"
            f"依据：{remark['evidence']}）"
        )
        for remark in content["remarks"]
    ]
    return [Heading(level=1, text="规定内容"), Table(columns=columns, rows=rows), *remarks]


def _others(content: ReportContent) -> list[IndicatorContent]:
    headline = {item.indicator_key for item in ITEMS}
    return [each for each in content["indicators"] if each["key"] not in headline]


def _indicator(indicator: IndicatorContent) -> list[Block]:
    rows = tuple(
        (figure["term"], value_text(figure), whole_text(figure)) for figure in indicator["figures"]
    )
    columns = (
        Column(title="项目", width=5),
        Column(title="数量", alignment=Alignment.END, width=3),
        Column(title="占比", width=6),
    )
    return [
        Heading(level=1, text=indicator["term"]),
        Table(columns=columns, rows=rows),
        Note(indicator["explanation"]),
    ]


def _tallies(content: ReportContent) -> list[Block]:
    rows = tuple(
        (
            tally["term"],
            str(tally["opened"]),
            str(tally["rectified"]),
            str(tally["cleared"]),
            str(tally["outstanding"]),
        )
        for tally in content["tallies"]
    )
    columns = (
        Column(title="问题", width=6),
        *(
            Column(title=title, alignment=Alignment.END, width=2)
            for title in ("新发现", "已整改", "已销号", "未销号")
        ),
    )
    note = Note("新发现按发生日计入本期；未销号为截至报送日尚未销号的全部问题。")
    return [Heading(level=1, text="问题台账"), Table(columns=columns, rows=rows), note]


def _changes(content: ReportContent) -> list[Block]:
    heading = Heading(level=1, text="与上期相比")
    if not content["previous_due_on"]:
        return [heading, Paragraph("此前没有签发过的半月报，本期不作比较。")]
    rows = tuple(
        (
            change["term"],
            str(change["before"]),
            str(change["after"]),
            change_text(change),
            _explanation(change["explanation"], change["explained_by"]),
        )
        for change in content["changes"]
    )
    columns = (
        Column(title="项目", width=4),
        Column(title="上期", alignment=Alignment.END, width=2),
        Column(title="本期", alignment=Alignment.END, width=2),
        Column(title="变动", alignment=Alignment.END, width=2),
        Column(title="原因", width=4),
    )
    due = day_text(date.fromisoformat(content["previous_due_on"]))
    share = per_mille_text(content["explain_per_mille"])
    note = Note(f"上期为{due}签发的最新一版；变动超过{share}的说明原因。")
    return [heading, Table(columns=columns, rows=rows), note]


def _explanation(text: str, owner: str) -> str:
    return f"{text}（人工填写：{owner}）" if text else ""


def _concerns(content: ReportContent) -> list[Block]:
    """The schools that need a look, indicator by indicator, so that the paper stands alone."""
    blocks: list[Block] = []
    for indicator in content["indicators"]:
        figure = indicator["figures"][0]
        key = figure["name"].partition(":")[2]
        schools = [each for each in indicator["schools"] if key in each["concerns"]]
        if not schools:
            continue
        columns = (
            Column(title="学校", width=6),
            *(
                Column(title=each["title"], alignment=Alignment.END, width=2)
                for each in indicator["components"]
            ),
        )
        blocks += [
            Heading(level=2, text=f"{indicator['term']}：{figure['concern']}的学校"),
            Table(
                columns=columns, rows=tuple(_school_row(indicator, school) for school in schools)
            ),
        ]
    return [Heading(level=1, text="需要关注的学校"), *blocks] if blocks else []


def _school_row(indicator: IndicatorContent, school: SchoolContent) -> tuple[str, ...]:
    words = (
        component_text(value, unit=component["unit"])
        for component, value in zip(indicator["components"], school["components"], strict=True)
    )
    return (school["name"] or school["code"], *words)
