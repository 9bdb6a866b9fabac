"""The pages as people use them: from the list to the signed figure's rows, and the PDF."""

import html
import re
from datetime import date
from urllib.parse import unquote

import pytest
from django.urls import reverse

from shuangjian.areas.homework.models import ClassDay
from shuangjian.foundation.findings.models import Finding
from shuangjian.foundation.registry.models import SchoolClass
from shuangjian.oversight.reports.models import HalfMonthReport, ReportRemark
from tests.foundation.documents.page import read_pages
from tests.oversight.reports.test_report import read, sign
from tests.oversight.reports.world import DUE, NEXT_DUE, open_finding, publish
from tests.scene import MONDAY

REPORT = "/reports/990101/2026-11-15/"
FIGURE = "homework.schools_meeting_time"


@pytest.fixture(autouse=True)
def _today(settings):
    """One day for all, and no look at the shipped policy files between two requests."""
    settings.SHUANGJIAN_TODAY = "2026-11-15"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "PolicyFreshness" not in name]


@pytest.fixture
def as_user(world, client):
    def _as(name):
        client.force_login(world.users[name])
        return client

    return _as


def text_of(response) -> str:
    """What a reader sees, in one line."""
    content = re.sub(r"<(script|style|head)\b.*?</\1>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content)).split())


def hidden(response, name) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())[1]


def printed(response) -> str:
    """The words of a PDF without the breaks that its lines make."""
    return "".join("".join(page.text.split()) for page in read_pages(response.content))


def test_the_list_says_what_is_due(world, as_user, settings):
    ClassDay.objects.create(school_class=SchoolClass.objects.first(), on=date(2026, 10, 20))
    shown = text_of(as_user("officer").get("/reports/"))
    assert "示范区 2026年10月31日至2026年11月15日 11月15日报送，今天到期 未开始" in shown
    assert "逾期 16 天" in shown
    sign(world)
    settings.SHUANGJIAN_TODAY = "2026-11-28"
    shown = text_of(as_user("inspector").get("/reports/"))
    assert "11月30日报送，还有 2 天 未开始" in shown
    assert "2026年10月31日至2026年11月15日 11月15日报送 已签发" in shown


def test_a_draft_shows_figures_that_open_and_what_is_not_collected(as_user):
    client = as_user("officer")
    response = client.get(REPORT)
    shown = text_of(response)
    assert (
        "1 所学校 ：看作业时间达标的学校的明细 共 3 所学校，占 33.3%；1 所学校没有记录，不算达标"
        in shown
    )
    assert shown.count("未采集（尚无对应业务）") == 4
    assert "核对并签发" in shown
    url = reverse("indicator", args=[FIGURE, "990101", DUE])
    assert f'href="{url}?figure=meeting"' in response.content.decode()
    assert 'style="' not in response.content.decode()


def test_a_figure_opens_to_schools_class_days_findings_and_homework(world, as_user):
    finding = open_finding(world)
    client = as_user("inspector")
    schools = text_of(client.get(f"/indicators/{FIGURE}/990101/2026-11-15/"))
    assert "未达标或没有记录 2 全部学校 3" in schools
    assert "示范市第一实验小学 是 是 1 1 需要关注" in schools
    assert "青山小学 是 否 0 0 需要关注" in schools
    assert "静水小学" not in schools
    assert "静水小学 是 是 0 1 无需关注" in text_of(
        client.get(f"/indicators/{FIGURE}/990101/2026-11-15/?show=all")
    )
    response = client.get(
        f"/indicators/{FIGURE}/990101/2026-11-15/schools/{world.school.pseudonym}/"
    )
    assert "五年级（1）班 11月9日（星期一） 75 分钟 60 分钟 2021-04-01 起的规定 超限" in text_of(
        response
    )
    for url in (
        reverse("homework-day", args=[world.fifth.pseudonym, MONDAY]),
        reverse("finding", args=[finding.pseudonym]),
    ):
        assert f'href="{url}"' in response.content.decode()
        assert client.get(url).status_code == 200


def test_large_classes_open_to_the_classes(world, as_user):
    Finding.objects.create(
        rule="quality.large_class",
        kind="state",
        area="quality",
        severity="must",
        subject=f"class:{world.fifth.pseudonym}",
        period="2022-09-01",
        effective_on=MONDAY,
        region=world.county,
        school=world.school,
    )
    client = as_user("officer")
    base = "/indicators/quality.large_classes/990101/2026-11-15/"
    shown = text_of(client.get(f"{base}?figure=super_large"))
    assert "超大班额班级 1 / 1 个班级（100.0%）" in shown
    response = client.get(f"{base}schools/{world.school.pseudonym}/")
    assert (
        "五年级（1）班 11月15日（星期日） 5 人 4 人 2020-09-01 起的规定 大班额 查看问题"
        in text_of(response)
    )


@pytest.mark.parametrize("query", ["figure=nothing", "show=all&page=99"])
def test_a_wrong_figure_is_no_page_and_a_wrong_page_is_the_last(as_user, query):
    response = as_user("officer").get(f"/indicators/{FIGURE}/990101/2026-11-15/?{query}")
    assert response.status_code == (404 if "nothing" in query else 200)


def test_principals_see_their_own_school_only(world, as_user):
    client = as_user("principal")
    shown = text_of(client.get(f"/indicators/{FIGURE}/990101/2026-11-15/?show=all"))
    assert "本校" in shown
    assert "示范市第一实验小学 是 是 1 1 需要关注" in shown
    assert "静水小学" not in shown
    own = f"/indicators/{FIGURE}/990101/2026-11-15/schools/{world.school.pseudonym}/"
    other = f"/indicators/{FIGURE}/990101/2026-11-15/schools/{world.other_school.pseudonym}/"
    assert client.get(own).status_code == 200
    assert client.get(other).status_code == 404
    assert client.get(f"/indicators/{FIGURE}/990102/2026-11-15/").status_code == 404
    assert client.get(REPORT).status_code == 403
    assert client.get("/reports/").status_code == 403


@pytest.mark.parametrize(
    ("name", "status"), [("other_officer", 404), ("head", 403), ("guardian", 403)]
)
def test_others_get_nothing(world, as_user, name, status):
    sign(world)
    client = as_user(name)
    for path in (
        "",
        "pdf/",
        "revisions/1/",
        "revisions/1/pdf/",
        f"revisions/1/figures/{FIGURE}:meeting/",
    ):
        assert client.get(REPORT + path).status_code == status, path
    assert client.get(f"/indicators/{FIGURE}/990101/2026-11-15/").status_code == status


@pytest.mark.parametrize("path", ["sign/", "correct/", "remarks/remark/leads_checked/"])
def test_inspectors_and_auditors_write_nothing(as_user, path):
    for name in ("inspector", "auditor"):
        client = as_user(name)
        assert client.get(REPORT + path).status_code == 403
        assert client.post(REPORT + path, {"text": "x", "reason": "x"}).status_code == 403
    assert not HalfMonthReport.objects.exists()


def test_typing_a_remark_and_taking_it_back(as_user):
    client = as_user("officer")
    page = f"{REPORT}remarks/remark/leads_checked/"
    assert "请写明依据" in text_of(client.post(page, {"text": "核查 3 条", "evidence": ""}))
    answer = client.post(page, {"text": "核查 3 条", "evidence": "台账"}, follow=True)
    shown = text_of(answer)
    assert answer.redirect_chain == [(REPORT, 302)]
    assert "人工填写 核查 3 条 officer · 依据：台账" in shown
    assert "未采集（尚无对应业务）" in shown
    client.post(f"{page}withdraw/")
    assert "核查 3 条" not in text_of(client.get(REPORT))
    assert ReportRemark.objects.count() == 1
    for path in ("remarks/remark/nothing/", "remarks/other/leads_checked/"):
        assert client.get(REPORT + path).status_code == 404


def test_signing_checks_the_answers_first(world, as_user):
    client = as_user("officer")
    asked = client.get(f"{REPORT}sign/")
    assert "作业时间达标的学校 1 所学校；共 3 所学校，占 33.3%" in text_of(asked)
    publish(world.fifth, minutes=10)
    stale = client.post(f"{REPORT}sign/", {"seen": hidden(asked, "seen")}, follow=True)
    assert "您核对之后，数字又有变动" in text_of(stale)
    assert not HalfMonthReport.objects.filter(state="signed").exists()
    done = client.post(f"{REPORT}sign/", {"seen": hidden(stale, "seen")}, follow=True)
    report = HalfMonthReport.objects.get()
    shown = text_of(done)
    assert f"内部签发 officer，{report.signed_at.astimezone():%Y}" in shown
    assert f"内容摘要（SHA-256） {report.sha256}" in shown
    assert client.get(f"{REPORT}sign/").status_code == 302


def test_signed_figures_open_to_the_rows_they_counted(world, as_user):
    sign(world)
    publish(world.fifth, minutes=10)
    publish(world.fifth, minutes=10, course="english")
    client = as_user("auditor")
    shown = text_of(client.get(REPORT))
    assert "签发以后，有些数字变了" in shown
    assert "作业时间达标学校：签发时 1，现在 2" in shown
    figure = f"{REPORT}revisions/1/figures/{FIGURE}:meeting/"
    assert figure in unquote(client.get(REPORT).content.decode())
    assert "示范市第一实验小学 是 是 1 1 需要关注" in text_of(client.get(figure))
    rows = text_of(client.get(f"{figure}schools/{world.school.pseudonym}/"))
    assert "五年级（1）班 11月9日（星期一） 75 分钟 60 分钟" in rows
    day = text_of(client.get(f"{REPORT}revisions/1/classes/{world.fifth.pseudonym}/2026-11-09/"))
    assert "数学 练习 45 分钟 书面 家中 已公示 45 分钟" in day
    assert "练习 10 分钟" not in day
    unknown = f"{REPORT}revisions/1/classes/{world.other_class.pseudonym}/2026-11-09/"
    for path in (unknown, f"{REPORT}revisions/2/", f"{figure}x/", figure.replace("meeting", "no")):
        assert client.get(path).status_code == 404, path


def test_a_correction_keeps_both_versions(world, as_user):
    sign(world)
    publish(world.fifth, minutes=10)
    publish(world.fifth, minutes=10, course="english")
    client = as_user("officer")
    asked = text_of(client.get(f"{REPORT}correct/"))
    assert "作业时间达标学校 签发时 1，现在 2" in asked
    short = client.post(f"{REPORT}correct/", {"reason": "改"})
    assert (short.status_code, "至少 5 个字" in text_of(short)) == (422, True)
    client.post(f"{REPORT}correct/", {"reason": "学校更正了录入错误"})
    sign(world)
    shown = text_of(client.get(REPORT))
    assert "第 2 版" in shown
    assert "更正理由 学校更正了录入错误" in shown
    assert "占 66.7%" in shown
    assert "占 33.3%" in text_of(client.get(f"{REPORT}revisions/1/"))


def test_a_change_that_needs_words_is_asked_for(world, as_user, settings):
    sign(world)
    settings.SHUANGJIAN_TODAY = NEXT_DUE.isoformat()
    client = as_user("officer")
    page = "/reports/990101/2026-11-30/"
    assert "作业时间达标学校 1 0 减少 1 待说明 填写原因" in text_of(client.get(page))
    asked = client.get(f"{page}sign/")
    assert "还没有写明原因，现在不能签发" in text_of(asked)
    refused = client.post(f"{page}sign/", {"seen": hidden(asked, "seen")}, follow=True)
    assert "签发前要写明原因" in text_of(refused)
    client.post(f"{page}remarks/explanation/{FIGURE}:meeting/", {"text": "期中考试周没有布置"})
    assert "人工填写 期中考试周没有布置 officer" in text_of(client.get(page))
    asked = client.get(f"{page}sign/")
    client.post(f"{page}sign/", {"seen": hidden(asked, "seen")})
    assert read(world, due_on=NEXT_DUE).is_signed


@pytest.mark.parametrize("due", ["2026-11-14", "2026-02-30", "2020-08-15"])
def test_a_day_without_a_report_is_no_page(as_user, due):
    client = as_user("officer")
    assert client.get(f"/reports/990101/{due}/").status_code == 404
    assert client.get(f"/indicators/{FIGURE}/990101/{due}/").status_code == 404


def test_the_pdf_is_marked_until_it_is_signed(world, as_user, settings):
    client = as_user("officer")
    draft = client.get(f"{REPORT}pdf/")
    assert draft["content-type"] == "application/pdf"
    name = unquote(draft["content-disposition"])
    assert "示范区双减工作半月报（2026年11月15日，草稿）.pdf" in name
    words = printed(draft)
    assert "草稿" in words
    assert "未采集（尚无对应业务）" in words
    report = sign(world)
    assert client.get(f"{REPORT}pdf/").status_code == 404
    signed = client.get(f"{REPORT}revisions/1/pdf/")
    words = printed(signed)
    assert report.sha256[:16] in words
    assert "示范区教育局" in words
    assert "草稿" not in words
    settings.DEMO_MODE = True
    assert "演示数据" in printed(client.get(f"{REPORT}revisions/1/pdf/"))
