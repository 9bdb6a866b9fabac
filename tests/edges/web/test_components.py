"""The components: what they say, what they refuse, and that nothing in them breaks the policy."""

import re
from datetime import date
from pathlib import Path

import pytest
from django import forms
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.template import Context, Engine
from django.test import RequestFactory

from shuangjian.edges import web

WEB = Path(web.__file__).parent
TEMPLATES = WEB / "templates"
STATIC = WEB / "static" / "shuangjian"
ENGINE = Engine(
    dirs=[TEMPLATES],
    libraries={
        "components": "shuangjian.edges.web.templatetags.components",
        "static": "django.templatetags.static",
    },
)


def render(source, **context):
    return ENGINE.from_string("{% load components %}" + source).render(Context(context))


def words(html):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


class PlanForm(forms.Form):
    subject = forms.ChoiceField(label="学科", choices=[("", "请选择"), ("math", "数学")])
    minutes = forms.IntegerField(
        label="预计时长", error_messages={"required": "请填预计时长", "invalid": "预计时长要填整数"}
    )
    layer = forms.ChoiceField(
        label="作业类型", widget=forms.RadioSelect, choices=[("one", "统一"), ("many", "分层")]
    )
    note = forms.CharField(
        label="备注", required=False, widget=forms.Textarea, help_text="家长看得到"
    )
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize(
    ("arguments", "tone", "said"),
    [
        ("45 60", "good", "没有超过上限"),
        ("45 60 is_planning=True", "good", "没有超过上限，还可以安排15分钟"),
        ("50 60 close_from=50", "warning", "接近上限"),
        ("49 60 close_from=50", "good", "没有超过上限"),
        ("60 60", "good", "正好到上限"),
        ("60 60 is_planning=True", "good", "正好到上限，不能再加"),
        ("61 60 is_planning=True", "bad", "超出上限1分钟"),
        ("20 0", "bad", "超出上限20分钟"),
        ("0 0", "good", "正好到上限"),
        ("30 None", "neutral", "没有规定上限"),
    ],
)
def test_running_total_says_its_state_in_words(arguments, tone, said):
    html = render("{% running_total " + arguments + " %}")

    assert f"sj-tone-{tone}" in html
    assert words(html).endswith(said)


def test_running_total_draws_the_limit_inside_the_bar_only_when_it_is_passed():
    over = render("{% running_total 75 60 %}")
    within = render("{% running_total 45 60 %}")

    assert 'x="80" width="20"' in over
    assert 'class="sj-total-fill" width="75"' in within
    assert "sj-total-over" not in within


@pytest.mark.parametrize("arguments", ["-1 60", "10 -5"])
def test_running_total_refuses_a_negative_number(arguments):
    with pytest.raises(ValueError, match="counts up from 0"):
        render("{% running_total " + arguments + " %}")


@pytest.mark.parametrize(
    "source",
    [
        '{% status_tag "好" "green" %}',
        '{% notice tone="loud" %}x{% endnotice %}',
        '{% button "好" kind="big" %}',
        '{% data_table caption="表" mode="cards" %}{% enddata_table %}',
        '{% policy_citation title="意见" severity="maybe" %}',
    ],
)
def test_a_word_outside_the_vocabulary_is_refused(source):
    with pytest.raises(ValueError, match="not in the vocabulary"):
        render(source)


@pytest.mark.parametrize("attribute", ["style", "onclick", "hx_on_click"])
def test_an_attribute_that_the_content_policy_blocks_is_refused(attribute):
    with pytest.raises(ValueError, match="content security policy"):
        render('{% button "存" ' + attribute + '="x" %}')


def test_button_writes_further_attributes_and_escapes_them():
    html = render('{% button "存" hx_post=url disabled=True name="" %}', url='/a?b="c"')

    assert 'hx-post="/a?b=&quot;c&quot;"' in html
    assert " disabled" in html
    assert "name=" not in html


def test_what_a_person_typed_is_escaped_in_every_block():
    hostile = "<script>1</script>"
    html = render(
        "{% page_header typed typed caption=typed %}{% status_tag typed %}"
        "{% notice title=typed %}{{ typed }}{% endnotice %}{% summary_row typed typed %}"
        "{% task typed hint=typed %}{% empty_state typed typed %}{% table_empty 2 typed %}"
        "{% data_table caption=typed mode='scroll' %}{{ typed }}{% enddata_table %}"
        "{% policy_citation title=typed clause=typed %}{% breadcrumbs typed %}",
        typed=hostile,
    )

    assert "<script>" not in html
    assert html.count("&lt;script&gt;") == 19  # every place above that takes words


def test_error_summary_leads_to_each_field_and_names_it():
    form = PlanForm({"minutes": "abc", "layer": "neither"})
    html = render("{% error_summary form %}", form=form)

    assert "有 3 处需要改正" in html
    links = dict(re.findall(r'<a href="#([^"]+)">([^<]+)</a>', html))
    assert links["id_minutes"] == "预计时长要填整数"
    assert links["id_subject"].startswith("学科：")
    assert "id_layer_0" in links
    fields = render("{% for bound in form %}{% field bound %}{% endfor %}", form=form)
    for target in links:
        assert f'id="{target}"' in fields


def test_error_summary_reads_formsets_and_is_silent_without_errors():
    plans = formset_factory(PlanForm)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-minutes": "x"}
    )

    assert "#id_form-0-minutes" in render("{% error_summary plans %}", plans=plans)
    assert render("{% error_summary plans form %}", plans=None, form=PlanForm()).strip() == ""


def test_field_joins_label_hint_and_error_to_its_control():
    form = PlanForm({"minutes": ""})
    minutes = render('{% field form.minutes hint="按中等水平估计" suffix="分钟" %}', form=form)
    note = render("{% field form.note %}", form=form)

    assert 'for="id_minutes"' in minutes
    assert 'aria-describedby="id_minutes_hint id_minutes_error"' in minutes
    assert 'id="id_minutes_hint"' in minutes
    assert 'id="id_minutes_error"' in minutes
    assert 'aria-invalid="true"' in minutes
    assert "请填预计时长" in minutes
    assert "（选填）" not in minutes
    assert "（选填）" in note
    assert 'rows="4"' in note


def test_choices_stand_in_a_fieldset_each_with_its_label():
    html = render("{% field form.layer %}", form=PlanForm(initial={"layer": "many"}))

    assert "<fieldset" in html
    assert "<legend" in html
    assert re.findall(r'<label for="([^"]+)">', html) == ["id_layer_0", "id_layer_1"]
    assert html.count("checked") == 1


def test_a_hidden_field_shows_no_words():
    assert words(render("{% field form.secret %}", form=PlanForm())) == ""


def test_pagination_keeps_what_was_asked_and_hides_with_one_page():
    request = RequestFactory().get("/findings", {"state": "opened", "page": "2"})
    source = "{% pagination page %}"
    html = render(source, request=request, page=Paginator(range(45), 20).get_page(2))

    assert "?state=opened&amp;page=1" in html
    assert "?state=opened&amp;page=3" in html
    assert "第21至40条，共45条" in words(html)
    assert words(render(source, request=request, page=Paginator(range(5), 20).get_page(1))) == ""


def test_breadcrumbs_refuse_a_title_without_its_address():
    assert 'href="/a"' in render('{% breadcrumbs "首页" "/a" "本页" %}')
    with pytest.raises(ValueError, match="pairs"):
        render('{% breadcrumbs "首页" "/a" %}')


def test_citation_says_whether_the_text_was_checked():
    checked = render(
        '{% policy_citation title="意见" issued_on=day is_verified=True severity="must" %}',
        day=date(2021, 7, 24),
    )
    remembered = render('{% policy_citation title="《意见》" severity="should" %}')

    assert "《意见》" in words(checked)
    assert "2021年7月24日印发" in words(checked)
    assert "必须做到读过来源" in words(checked)
    assert "原则上做到凭记忆录入，待核对" in words(remembered)
    assert "《《" not in remembered


def test_timeline_shows_a_day_without_inventing_an_hour():
    html = render(
        "{% timeline events %}", events=[{"title": "整改", "at": date(2026, 11, 14), "tone": "x"}]
    )

    assert "2026年11月14日<" in html
    assert "sj-tone-neutral" in html


def test_every_icon_that_a_page_names_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text()))
    sources = [*WEB.rglob("*.html"), *(WEB / "templatetags").glob("*.py")]
    named = {
        name
        for path in sources
        for name in re.findall(r"""icon[ (]["']([a-z-]+)["']""", path.read_text())
    }

    assert named
    assert named <= drawn


def test_no_template_breaks_the_content_policy():
    faults = {
        "inline style": r"<style|\sstyle=",
        "inline script": r"<script(?![^>]*\ssrc=)",
        "handler": r"\son[a-z]+=",
        "other host": r"""(?:src|href)=["']https?://""",
    }
    for path in WEB.rglob("*.html"):
        for fault, pattern in faults.items():
            assert not re.search(pattern, path.read_text()), f"{path.name}: {fault}"
    for path in STATIC.glob("*.css"):
        assert not re.search(r"url\(.?data:|https?://|@import", path.read_text()), path.name


def test_every_template_begins_with_what_it_reads():
    for path in TEMPLATES.rglob("*.html"):
        assert path.read_text().startswith("{# "), path.name


def _luminance(colour):
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first, second):
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


TOKENS = dict(re.findall(r"--sj-([a-z-]+): (#[0-9a-f]{6});", (STATIC / "tokens.css").read_text()))


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "ground"),
        ("ink", "wash"),
        ("ink-soft", "ground"),
        ("ink-soft", "wash"),
        ("link", "ground"),
        ("link", "wash"),
        ("link", "warning-wash"),
        ("ground", "blue"),
        ("ground", "bad"),
        ("ground", "warning"),
        *((tone, f"{tone}-wash") for tone in ("neutral", "info", "good", "warning", "bad")),
        *(("ink", f"{tone}-wash") for tone in ("neutral", "info", "good", "warning", "bad")),
    ],
)
def test_words_stand_out_from_their_ground(ink, ground):
    assert _contrast(TOKENS[ink], TOKENS[ground]) >= 4.5


@pytest.mark.parametrize("edge", ["line-strong", "warning-line", "blue", "bad", "good"])
def test_edges_that_carry_meaning_stand_out(edge):
    assert _contrast(TOKENS[edge], TOKENS["ground"]) >= 3
    assert _contrast(TOKENS[edge], TOKENS["wash"]) >= 3
