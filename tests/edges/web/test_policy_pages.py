"""The pages of the policy library, as a signed-in person sees them."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from shuangjian.edges.web import policy_pages
from shuangjian.edges.web.policy_pages import PolicyFreshnessMiddleware
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.policy.library import region_on
from shuangjian.foundation.policy.services import PolicyWatch, load_policies
from shuangjian.foundation.registry.services import load_regions
from tests.policies.folder import POLICIES

HOMEWORK = "homework.written_minutes_max"
LOCAL_LIMIT = """
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
title = "上城区的一个通知"
status = "from_memory"
"""


@pytest.fixture
def reader(client, db):
    load_regions()
    load_policies([POLICIES])
    user = User.objects.create_user(username="reader", password="a-long-password", name="读者")
    RoleGrant.objects.create(
        user=user,
        role=Role.OFFICER,
        region=region_on("330102", on=date(2026, 11, 22)),
        starts_on=date(2020, 1, 1),
    )
    client.force_login(user)
    return client


def test_the_list_names_every_key_and_what_is_not_encoded(reader):
    page = reader.get(reverse("policy-list")).content.decode()
    assert HOMEWORK in page
    assert "知道但没有录入的规定" in page
    assert "缺日期" in page
    assert "没有采用" not in page


def test_a_key_says_value_citation_why_and_the_whole_chain(reader):
    url = reverse("policy-key", args=[HOMEWORK])
    page = reader.get(url, {"on": "2021-04-01", "region": "上城区", "grade": "8"}).content.decode()

    assert "90 分钟" in page
    assert "必须做到" in page
    assert "教基厅函〔2021〕13号" in page
    assert "不如 90 分钟 严格" in page
    assert "拱墅区" in page  # the whole chain, other regions too
    assert "只知月份，按当月第一天起算" in page


def test_the_readers_own_region_and_today_are_asked_without_a_word(reader):
    page = reader.get(reverse("policy-key", args=[HOMEWORK])).content.decode()

    assert "<h2>上城区" in page


def test_before_the_first_day_it_says_so(reader):
    url = reverse("policy-key", args=[HOMEWORK])
    page = reader.get(url, {"on": "2021-03-31", "region": "000000", "grade": "8"}).content.decode()

    assert "还没有施行这项规定" in page


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"on": "昨天"}, "请按 2026-09-01 的样子填日期。"),
        ({"region": "999999"}, "没有「999999」这个地区"),
        ({"region": "鼓楼区"}, "不止一个"),
    ],
)
def test_a_wrong_question_is_answered_in_words(reader, asked, words):
    response = reader.get(reverse("policy-key", args=[HOMEWORK]), asked)

    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize(
    "key",
    [
        "indicator.after_school_time.school_counts",
        "class_size.gate_max",
        "report.half_month.first_due_day",
    ],
)
def test_every_way_of_banding_has_its_page(reader, key):
    assert reader.get(reverse("policy-key", args=[key])).status_code == 200


def test_an_unknown_key_is_not_found_and_a_stranger_signs_in_first(reader, client):
    assert reader.get(reverse("policy-key", args=["no.such_key"])).status_code == 404
    client.logout()
    assert client.get(reverse("policy-list")).status_code == 302


def test_a_file_saved_while_the_site_runs_counts_at_the_next_request(
    reader, settings, tmp_path, monkeypatch
):
    settings.SHUANGJIAN_DATA = tmp_path
    county = tmp_path / "policies" / "counties" / "330102-shangcheng"
    county.mkdir(parents=True)
    (county / "local.toml").write_text(LOCAL_LIMIT, encoding="utf-8")

    monkeypatch.setattr(policy_pages, "_WATCH", PolicyWatch())
    site = PolicyFreshnessMiddleware(lambda request: HttpResponse())
    assert site(RequestFactory().get("/")).status_code == 200

    url = reverse("policy-key", args=[HOMEWORK])
    question = {"region": "330102", "grade": "5"}
    before = reader.get(url, question | {"on": "2026-08-31"}).content.decode()
    after = reader.get(url, question | {"on": "2026-09-01"}).content.decode()
    assert "适用：各级现行规定中最严的一个" in before
    assert "到 2026-09-01 才施行" in before
    assert "不适用：不如 45 分钟 严格，从严执行" in after
