"""One realistic half-month report, and shorter documents made from it."""

import dataclasses
from datetime import date

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

SCHOOLS = Table(
    caption="各学校作业时间达标情况",
    columns=(
        Column(title="序号", alignment=Alignment.CENTER),
        Column(title="学校", width=4),
        Column(title="在校生数", alignment=Alignment.END, width=2),
    ),
    rows=tuple((str(n), f"临江区第{n}小学", f"{1200 + 37 * n:,}") for n in range(1, 31)),
)

REPORT = OfficialDocument(
    issuer="临江区教育局",
    title="关于2026年11月上半月义务教育阶段“双减”工作进展情况的报告",
    document_number="临教〔2026〕58号",
    signer="赵堃",
    addressee="临江区人民政府，市教育局",
    blocks=(
        Paragraph("现将2026年11月上半月我区“双减”工作进展情况报告如下。"),
        Heading(level=1, text="作业管理"),
        Heading(level=2, text="总体情况"),
        Paragraph(
            "本期自2026年11月1日起至11月15日止，共11个上学日。全区应报学校91所，实报91所。"
            "有86所学校在本期内每个班每个上学日的书面作业总时间均未超过规定上限。"
        ),
        Heading(level=2, text="各校情况"),
        SCHOOLS,
        Note("达标，指本期内没有任何一个班、任何一天的书面作业超过强制性上限。"),
        Heading(level=1, text="大班额"),
        Paragraph("全区超过五十五人的班级共十二个，较上期减少三个。"),
        Paragraph("特此报告。"),
    ),
    attachments=("作业时间达标情况一览表", "超大班额班级名单及消除计划"),
    signed_on=date(2026, 11, 15),
    annotation="联系人：李昇",
    copy_to=("市人民政府教育督导室", "区市场监管局"),
    print_office="临江区教育局办公室",
    printed_on=date(2026, 11, 16),
    watermark="演示数据",
    sign_off=("内部签发：钱玥 2026年11月15日16时20分", "内容摘要：" + "9f86d081" * 8),
)

PLAIN = dataclasses.replace(
    REPORT, watermark=None, sign_off=(), annotation=None, attachments=(), signer=None
)


def with_blocks(*blocks: Block) -> OfficialDocument:
    return dataclasses.replace(PLAIN, blocks=blocks)
