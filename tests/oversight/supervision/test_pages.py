"""The pages of 台账 as the people in a scene see them, from the list to 销号."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from shuangjian.areas.homework.models import LimitOverride
from shuangjian.foundation.accounts.models import RoleGrant
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.findings.models import Finding, Status
from shuangjian.foundation.findings.queries import access_finding
from shuangjian.foundation.findings.services import assign_finding, rectify_finding
from shuangjian.foundation.findings.wording import FACT_CORRECTED_RULE
from shuangjian.foundation.policy.services import load_policies
from shuangjian.foundation.registry.models import SettingValue
from shuangjian.foundation.registry.services import load_regions
from shuangjian.oversight.supervision import views
from shuangjian.oversight.supervision.line import TONES
from shuangjian.oversight.supervision.listing import TABS
from tests.policies.folder import POLICIES
from tests.scene import MONDAY, TUESDAY, Scene, at

from .day import class_size_limit, enrol, override, plan
from .test_services import run

pytestmark = pytest.mark.django_db
LIST = "/findings/"
OVER = "homework.total_over_limit"
LATE = "homework.published_late"
COUNTY_LIMIT = """
[[values]]
key = "homework.written_minutes_max"
from = 2026-09-01
band_low = 3
band_high = 6
upper_inclusive = true
value = 45
severity = "must"
citation = "local"

[citations.local]
title = "示范区的一个通知"
status = "from_memory"
"""


@pytest.fixture(autouse=True)
def _monday(settings):
    """One day for all, and no look at the shipped policy files between two requests."""
    settings.SHUANGJIAN_TODAY = MONDAY.isoformat()
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "PolicyFreshness" not in name]


@pytest.fixture
def sign_in(scene, client):
    def as_(name: str):
        client.force_login(scene.users[name])
        return client

    return as_


def words(response) -> str:
    """What a reader sees, without markup and white space."""
    body = response.content.decode().partition("<main")[2]
    return html.unescape(re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", body)))


def over(scene: Scene, *, on=MONDAY, minutes: int = 95, school_class=None) -> Finding:
    school_class = school_class or scene.fifth
    plan(school_class, on, minutes)
    override(school_class, on, minutes)
    run()
    return the(OVER, period=on.isoformat(), subject=f"class:{school_class.pseudonym}")


def the(rule: str, **fields) -> Finding:
    return Finding.objects.select_related("state", "region", "school").get(rule=rule, **fields)


def step(scene: Scene, finding: Finding, name: str, url: str, client, **sent):
    client.force_login(scene.users[name])
    return client.post(reverse(f"finding-{url}", args=[finding.pseudonym]), sent)


def page_of(finding: Finding) -> str:
    return reverse("finding", args=[finding.pseudonym])


def status_of(finding: Finding) -> str:
    return Finding.objects.select_related("state").get(pk=finding.pk).state.status


def test_every_status_has_one_tab_and_a_tone():
    listed = [status for key, (_, group) in TABS.items() if key != "all" for status in group]
    assert sorted(listed) == sorted(Status)
    assert TONES.keys() == set(Status)


def test_the_officer_first_sees_what_waits_for_her(scene, sign_in):
    over(scene)
    page = sign_in("officer").get(LIST)
    said = words(page)
    assert '<a href="?tab=opened" aria-current="page">待交办' in page.content.decode()
    assert (
        "示范市第一实验小学五年级（1）班在2026年11月9日的家中书面作业合计95分钟，超过60分钟。"
        in said
    )
    assert "95/60分钟" in said
    assert "必须做到" in said
    assert "待交办1" in said
    assert "已销号0" in said


def test_the_tab_that_opens_is_the_first_that_holds_something(scene, sign_in):
    found = over(scene)
    assert 'tab=all" aria-current' in sign_in("inspector").get(LIST).content.decode()
    assign_finding(actor=scene.actor("officer"), finding=found, due_on=TUESDAY, on=MONDAY)
    assert 'tab=assigned" aria-current' in sign_in("principal").get(LIST).content.decode()


def test_a_tab_shows_only_its_statuses_and_an_unknown_one_is_as_if_none_was_asked(scene, sign_in):
    over(scene)
    officer = sign_in("officer")
    assert "这一类没有问题" in words(officer.get(LIST, {"tab": "cleared"}))
    assert "95/60分钟" in words(officer.get(LIST, {"tab": "all"}))
    assert "95/60分钟" in words(officer.get(LIST, {"tab": "nonsense"}))


def test_overdue_is_marked_and_stands_first(scene, sign_in, settings):
    late, later = over(scene), over(scene, on=TUESDAY, minutes=70)
    officer = scene.actor("officer")
    assign_finding(actor=officer, finding=later, due_on=MONDAY + timedelta(days=9), on=MONDAY)
    assign_finding(actor=officer, finding=late, due_on=TUESDAY, on=MONDAY)
    settings.SHUANGJIAN_TODAY = (TUESDAY + timedelta(days=3)).isoformat()
    said = words(sign_in("officer").get(LIST, {"tab": "assigned"}))
    assert said.index("逾期3天") < said.index("还有5天")
    narrowed = words(sign_in("officer").get(LIST, {"tab": "assigned", "overdue": "on"}))
    assert "逾期3天" in narrowed
    assert "还有5天" not in narrowed
    assert "待整改1" in narrowed  # the tabs count what the filter leaves


def test_what_was_reopened_without_a_due_day_says_so(scene, sign_in):
    found = over(scene)
    officer, now = scene.actor("officer"), MONDAY
    assign_finding(actor=officer, finding=found, due_on=TUESDAY, on=now)
    rectify_finding(
        actor=scene.actor("principal"), finding=found, note="已减少", evidence="公示表", on=now
    )
    client = sign_in("inspector")
    step(scene, found, "inspector", "verify", client, passed="yes", note="看过公示表")
    step(scene, found, "officer", "clear", client, evidence="复核记录")
    plan(scene.fifth, MONDAY, 99)
    run()
    assert "未定限期" in words(sign_in("officer").get(LIST, {"tab": "reopened"}))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"rule": LATE}, ["18:40/18:00"]),
        ({"severity": "should"}, ["18:40/18:00"]),
        ({"first": TUESDAY.isoformat()}, ["70/60分钟"]),
        ({"last": MONDAY.isoformat()}, ["95/60分钟", "18:40/18:00"]),
        ({}, ["70/60分钟", "95/60分钟", "18:40/18:00"]),
    ],
)
def test_the_list_is_narrowed_as_asked(scene, sign_in, asked, shown):
    plan(scene.fifth, MONDAY, 20, course="english", published_at=at(MONDAY, 18, 40))
    over(scene, minutes=75)
    over(scene, on=TUESDAY, minutes=70)
    said = words(sign_in("officer").get(LIST, {"tab": "all", **asked}))
    for compared in ("70/60分钟", "95/60分钟", "18:40/18:00"):
        assert (compared in said) is (compared in shown)


def test_the_school_is_chosen_among_several_only(scene, sign_in):
    over(scene)
    scene.other_school.region = scene.county
    scene.other_school.save()
    over(scene, school_class=scene.other_class, minutes=80)
    officer = sign_in("officer")
    said = words(officer.get(LIST, {"tab": "all", "school": str(scene.other_school.pseudonym)}))
    assert "80/60分钟" in said
    assert "95/60分钟" not in said
    assert 'name="school"' in officer.get(LIST).content.decode()
    assert 'name="school"' not in sign_in("principal").get(LIST).content.decode()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"first": "昨天"}, "日期写法不对"),
        ({"first": "2026-11-10", "last": "2026-11-09"}, "止日早于起日"),
    ],
)
def test_a_faulty_filter_is_told_and_narrows_nothing(scene, sign_in, asked, said):
    over(scene)
    page = sign_in("officer").get(LIST, {"tab": "opened", **asked})
    assert said in words(page)
    assert "95/60分钟" in words(page)
    assert "错误：" in page.content.decode().partition("</title>")[0]


def test_the_list_takes_the_same_number_of_queries_however_long(
    scene, sign_in, django_assert_num_queries
):
    client = sign_in("officer")
    expected = 7  # who it is: 3; schools to choose from, counts, findings, names of classes
    over(scene)
    with django_assert_num_queries(expected):
        client.get(LIST, {"tab": "all"})
    for number in range(1, 60):
        plan(scene.fifth, MONDAY - timedelta(days=number), 80)
        plan(scene.first, MONDAY - timedelta(days=number), 8)
    run(first=MONDAY - timedelta(days=90))
    with django_assert_num_queries(expected):
        page = client.get(LIST, {"tab": "all"})
    assert page.content.decode().count('<th scope="row">') == 50
    assert "第1页，共" in words(page)
    second = client.get(LIST, {"tab": "all", "page": "2", "severity": "must"})
    assert "tab=all&amp;page=1&amp;severity=must" in second.content.decode()


def test_a_finding_tells_what_by_how_much_from_which_rows_and_why(scene, sign_in):
    load_regions()
    load_policies([POLICIES])
    found = over(scene)
    said = words(sign_in("officer").get(page_of(found)))
    assert "书面作业总量超限" in said
    assert "实测95分钟限值60分钟" in said
    assert "必须做到" in said
    assert "教基厅函〔2021〕13号" in said
    assert "“书面作业平均完成时间不超过60分钟”" in said
    assert "核对情况：读过来源；" in said
    assert "3—6年级：60分钟" in said
    assert "适用：各级现行规定中最严的一个" in said
    assert "为什么是这个值" not in said  # one value only: nothing to weigh
    assert "期中复习，已与家长沟通" in said
    assert "放行到95分钟（当时上限60分钟）" in said
    assert "布置的作业" in said
    assert "数学5书面家中95" in said
    assert "发现2026年11月9日·测试" in said
    assert "SELECTd.subject" in said
    assert "交办给学校" in said


def test_a_stricter_county_is_weighed_against_the_nation(scene, sign_in, tmp_path):
    folder = tmp_path / "counties" / "990101-shifan"
    folder.mkdir(parents=True)
    (folder / "homework.toml").write_text(COUNTY_LIMIT)
    load_regions()
    assert load_policies([POLICIES, tmp_path]).is_accepted
    found = over(scene)
    assert found.state.limit_value == 45
    said = words(sign_in("officer").get(page_of(found)))
    assert "《示范区的一个通知》" in said
    assert "为什么是这个值" in said
    assert "全国2021年4月" in said
    assert "不适用：不如45分钟严格，从严执行" in said


def test_a_setting_behind_a_limit_says_who_chose_it_and_why(scene, sign_in):
    plan(scene.fifth, MONDAY, 20, published_at=at(MONDAY, 18, 40))
    run()
    client = sign_in("officer")
    assert "由谁定默认值" in words(client.get(page_of(the(LATE))))
    SettingValue.objects.create(
        key="homework.publish_by",
        region=scene.county,
        value=17 * 60,
        starts_on=MONDAY,
        owner="示范区教育局",
        reason="家长下班早",
    )
    run()
    said = words(client.get(page_of(the(LATE))))
    assert "取值17:00由谁定示范区教育局" in said
    assert "家长下班早" in said


def test_a_value_that_left_the_library_is_named(scene, sign_in):
    said = words(sign_in("officer").get(page_of(over(scene))))
    assert "政策库里现在没有这个编号" in said
    assert "homework.written_minutes_max@000000@2021-04-01" in said


def test_a_state_says_when_it_was_last_seen_and_shows_the_roster(scene, sign_in):
    class_size_limit(scene.school, 3)
    enrol(scene.fifth, 5, starts_on=MONDAY)
    run()
    said = words(sign_in("officer").get(page_of(the("quality.large_class"))))
    assert "最近一次检查" in said
    assert "情形仍在" in said
    assert "班级名册人数" in said
    assert "看这一天的作业" not in said


def test_a_corrected_fact_shows_no_number_of_another_unit(scene, sign_in):
    over(scene)
    plan(scene.fifth, MONDAY, 30)
    run()
    client = sign_in("officer")
    corrected = the(FACT_CORRECTED_RULE)
    said = words(client.get(page_of(corrected)))
    assert "95个" not in said
    assert "实测" not in said
    assert "原有的问题：书面作业总量超限。" in said
    assert "事实已更正" in words(client.get(LIST, {"tab": "rectified"}))


def test_a_finding_goes_from_found_to_cleared_through_three_people(scene, client):
    found = over(scene)
    done = step(
        scene, found, "officer", "assign", client, due_on=TUESDAY.isoformat(), note="请减量"
    )
    assert (done.status_code, done.url) == (302, page_of(found))
    assert "已交办，请学校在11月10日前整改。" in words(client.get(page_of(found)))

    client.force_login(scene.users["head"])
    assert "填报整改情况" in words(client.get(page_of(found)))
    assert "整改要求请减量" in words(client.get(f"{page_of(found)}rectify/"))
    step(scene, found, "head", "rectify", client, note="减到 60 分钟", evidence="11月10日公示表")
    assert "请由整改人以外的人复核" in words(client.get(page_of(found)))

    client.force_login(scene.users["inspector"])
    asked = words(client.get(f"{page_of(found)}verify/"))
    assert "整改情况减到60分钟整改依据11月10日公示表" in asked
    step(scene, found, "inspector", "verify", client, passed="yes", note="到校看过")
    step(scene, found, "second_officer", "clear", client, evidence="复核记录")
    assert status_of(found) == Status.CLEARED
    said = words(client.get(page_of(found)))
    for words_of_step in ("交办，限11月10日前整改", "复核：通过", "依据：复核记录。", "销号"):
        assert words_of_step in said


def test_a_failed_check_sends_it_back(scene, client):
    found = over(scene)
    step(scene, found, "officer", "assign", client, due_on=TUESDAY.isoformat())
    step(scene, found, "principal", "rectify", client, note="已改", evidence="公示表")
    step(scene, found, "inspector", "verify", client, passed="no", note="公示表没有变")
    assert status_of(found) == Status.REOPENED
    assert "复核：不通过，退回整改" in words(client.get(page_of(found)))
    client.force_login(scene.users["principal"])
    assert "重新打开" in words(client.get(LIST))


@pytest.mark.parametrize(
    ("name", "url", "sent", "said"),
    [
        ("officer", "assign", {"due_on": "2026-11-08"}, "早于今天"),
        ("officer", "assign", {}, "请选整改限期"),
        ("officer", "clear", {"evidence": "记录"}, "这个问题现在是“待交办”，不能销号"),
        ("inspector", "verify", {"note": "看过"}, "请选复核结论"),
        ("inspector", "verify", {"passed": "yes", "note": "看过"}, "不能复核"),
        ("principal", "rectify", {"note": "改了", "evidence": "  "}, "请写明整改依据"),
        ("principal", "rectify", {"note": "改了", "evidence": "表"}, "请先由教育局交办"),
    ],
)
def test_a_refusal_is_an_error_of_the_form_and_keeps_what_was_typed(
    scene, client, name, url, sent, said
):
    found = over(scene)
    page = step(scene, found, name, url, client, **sent)
    assert page.status_code == 422
    assert said in words(page)
    assert all(text.strip() in page.content.decode() for text in sent.values())
    assert status_of(found) == Status.OPENED


def test_the_rectifier_may_not_verify(scene, client):
    """One person who leads a class and inspects: the step isn't offered, and is refused."""
    RoleGrant.objects.create(
        user=scene.users["head"], role=Role.INSPECTOR, region=scene.county, starts_on=MONDAY
    )
    found = over(scene)
    step(scene, found, "officer", "assign", client, due_on=TUESDAY.isoformat())
    step(scene, found, "head", "rectify", client, note="已改", evidence="公示表")
    assert "填写复核情况" not in words(client.get(page_of(found)))
    refused = step(scene, found, "head", "verify", client, passed="yes", note="自己看过")
    assert refused.status_code == 422
    assert "须由另一人办理" in words(refused)


@pytest.mark.parametrize("url", ["assign", "rectify", "verify", "clear"])
def test_an_auditor_reads_and_changes_nothing(scene, client, url):
    found = over(scene)
    assert step(scene, found, "auditor", url, client).status_code == 403
    said = words(client.get(page_of(found)))
    assert "下一步请先由教育局交办。" in said
    assert "交办给学校" not in said


@pytest.mark.parametrize("name", ["other_officer", "other_principal", "stranger"])
@pytest.mark.parametrize("suffix", ["", "assign/", "rectify/", "verify/", "clear/"])
def test_another_scopes_finding_looks_like_none(scene, sign_in, name, suffix):
    found = over(scene)
    client = sign_in(name)
    answers = {
        client.get(f"{page_of(found)}{suffix}").status_code,
        client.get(f"/findings/00000000-0000-0000-0000-000000000000/{suffix}").status_code,
    }
    assert answers <= {404, 403}
    assert len(answers) == 1
    assert str(found.pseudonym) not in client.get(LIST).content.decode()


def test_a_subject_teacher_and_a_guardian_are_kept_out(scene, sign_in):
    for name in ("chinese", "guardian"):
        assert sign_in(name).get(LIST).status_code == 403


def test_the_class_teacher_sees_the_own_class_only(scene, sign_in):
    over(scene)
    plan(scene.first, MONDAY, 9)
    run()
    head = words(sign_in("head").get(LIST, {"tab": "all"}))
    assert "95/60分钟" in head
    found = the(OVER)
    assert access_finding(scene.actor("head"), pseudonym=found.pseudonym, on=MONDAY) == found


def test_a_day_without_override_says_none(scene, sign_in):
    plan(scene.fifth, MONDAY, 95)
    run()
    assert LimitOverride.objects.count() == 0
    found = the("homework.override_without_reason")
    assert "放行时写的理由" not in words(sign_in("officer").get(page_of(found)))


def test_every_view_declares_its_roles():
    for name in ("finding_list", "finding", "assign", "rectify", "verify", "clear"):
        assert getattr(views, name).route_access.roles
