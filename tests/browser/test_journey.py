"""The thread: a teacher plans, it is held, let through with a reason, found, mended, cleared, reported."""

import re

from playwright.sync_api import expect

from shuangjian.areas.homework.models import LimitOverride, PlannedHomework
from shuangjian.foundation.accounts.role import Role
from tests.browser.conftest import TODAY

CLASS_NAME = "五年级（1）班"


def _plan(page, minutes: int) -> None:
    page.goto("/homework/")
    page.get_by_role("link", name=CLASS_NAME).click()
    page.get_by_label("作业内容").fill("练习册第 40 页")
    page.get_by_label("预计时长").fill(str(minutes))
    page.get_by_role("button", name="保存").click()


def test_from_a_plan_to_the_cleared_finding(open_as, live_server):
    teacher = open_as(Role.TEACHER)
    _plan(teacher, 35)
    expect(teacher.get_by_text("先暂缓，等班主任协调")).to_be_visible()

    head = open_as(Role.CLASS_TEACHER)
    head.goto(teacher.url)
    expect(head.get_by_text("有作业暂缓，还没有公示")).to_be_visible()
    head.get_by_role("link", name="写明理由放行").click()
    head.get_by_role("button", name="写明理由并放行").click()
    expect(head.get_by_role("alert").or_(head.locator(".sj-error-summary"))).to_contain_text(
        "请写明放行理由"
    )
    reason = "单元复习，年级组已协商，下周补回"
    head.get_by_label("放行理由").fill(reason)
    head.get_by_role("button", name="写明理由并放行").click()
    expect(head.get_by_text("已放行并公示")).to_be_visible()
    assert LimitOverride.objects.filter(reason=reason).count() == 1

    guardian = open_as(Role.GUARDIAN)
    public = re.sub(r"/classes/", "/public/", teacher.url)
    guardian.goto(public)
    expect(guardian.get_by_text(reason)).to_be_visible()
    expect(guardian.get_by_text("练习册第 40 页")).to_be_visible()

    officer = open_as(Role.OFFICER, "desk")
    officer.goto("/findings/?status=opened")
    officer.get_by_role("link", name=re.compile(f"{CLASS_NAME}.*11月20日.*合计")).first.click()
    expect(officer.get_by_text(reason)).to_be_visible()
    finding = officer.url
    officer.goto(f"{finding}assign/")
    officer.locator('input[type="date"]').fill("2026-11-30")
    officer.locator("main form button[type=submit]").click()
    expect(officer).to_have_url(finding)

    principal = open_as(Role.PRINCIPAL)
    principal.goto(f"{finding}rectify/")
    for box in principal.locator("main form textarea").all():
        box.fill("已由年级组协调，次日起合计控制在上限内；公示表可查。")
    principal.locator("main form button[type=submit]").click()
    expect(principal).to_have_url(finding)

    inspector = open_as(Role.INSPECTOR)
    inspector.goto(f"{finding}verify/")
    inspector.get_by_label("通过：整改属实").check()
    for box in inspector.locator("main form textarea").all():
        box.fill("抽看了三天公示表，合计都在上限内。")
    inspector.locator("main form button[type=submit]").click()
    expect(inspector).to_have_url(finding)

    officer.goto(f"{finding}clear/")
    for box in officer.locator("main form textarea").all():
        box.fill("督学复核记录，同意销号。")
    officer.locator("main form button[type=submit]").click()
    expect(officer).to_have_url(finding)
    expect(officer.get_by_text("已销号").first).to_be_visible()


def test_planning_takes_one_field_when_last_times_homework_is_offered(open_as):
    teacher = open_as(Role.TEACHER)
    teacher.goto("/homework/")
    teacher.get_by_role("link", name="五年级（2）班").click()
    assert teacher.get_by_label("作业内容").input_value()  # filled from last time
    teacher.get_by_label("预计时长").fill("10")
    teacher.keyboard.press("Enter")
    expect(teacher.get_by_text("已保存并公示")).to_be_visible()
    assert PlannedHomework.objects.filter(
        class_day__on__gt=TODAY, minutes=10, course="math"
    ).exists()


def test_wrong_minutes_are_refused_with_words_and_nothing_is_lost(open_as):
    teacher = open_as(Role.TEACHER)
    teacher.goto("/homework/")
    teacher.get_by_role("link", name=CLASS_NAME).click()
    teacher.get_by_label("作业内容").fill("口算两页")
    teacher.get_by_label("预计时长").fill("二十来分钟")
    teacher.get_by_role("button", name="保存").click()
    expect(teacher.locator(".sj-error-summary")).to_contain_text("预计时长只填数字")
    assert teacher.get_by_label("作业内容").input_value() == "口算两页"


def test_the_report_page_opens_to_its_rows_and_gives_a_pdf(open_as):
    officer = open_as(Role.OFFICER, "desk")
    officer.goto("/reports/")
    officer.get_by_role("link", name=re.compile("11月15日")).first.click()
    expect(officer.get_by_text("未采集").first).to_be_visible()
    answer = officer.request.get(f"{officer.url}pdf/")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def test_each_course_of_a_teacher_starts_from_its_own_last_homework(open_as):
    head = open_as(Role.CLASS_TEACHER)
    head.goto("/homework/")
    head.get_by_role("link", name=CLASS_NAME).click()
    chinese = head.get_by_label("作业内容").input_value()
    head.get_by_role("link", name="道德与法治").first.click()
    assert head.get_by_label("作业内容").input_value() != chinese
    head.get_by_label("作业内容").fill("和家人聊聊家乡的变化")
    head.get_by_label("预计时长").fill("5")
    head.get_by_role("button", name="保存").click()
    expect(head.get_by_text("道德与法治作业已保存")).to_be_visible()
