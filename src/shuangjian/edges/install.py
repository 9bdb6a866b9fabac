"""安装: every step from an empty database to a ready platform; each may be repeated."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections

from shuangjian.edges.config.grants import grant_application_role
from shuangjian.foundation.policy.services import load_policies, policy_roots
from shuangjian.foundation.registry.services import load_calendar, load_regions

Say = Callable[[str], None]


@dataclass(frozen=True)
class Step:
    """One step of the set-up (安装步骤), with what it says when done."""

    title: str
    run: Callable[[], str]


def migrate() -> str:
    """Bring the tables to the present state, as the owner; then give the application its rights."""
    alias = "owner" if "owner" in settings.DATABASES else "default"
    call_command("migrate", database=alias, interactive=False, verbosity=0)
    role = settings.DATABASES["default"]["USER"]
    if role != settings.DATABASES[alias]["USER"]:
        grant_application_role(role=role, owner=alias)
    return "数据表已是最新"


def collect_static() -> str:
    """Gather style sheets and scripts for the web server."""
    call_command("collectstatic", interactive=False, verbosity=0)
    return "网页资源已就绪"


def load_seed_regions() -> str:
    """The region tree."""
    return f"行政区划 {load_regions()} 条"


def load_seed_calendar() -> str:
    """The working-day calendar."""
    return f"工作日历到 {load_calendar():%Y年%m月%d日}，其后按星期推定"


def load_policy_library() -> str:
    """The policy files; invalid ones are refused whole, and the edition in use stays.

    Raises:
        PolicyRefusedError: with every problem's file and line.
    """
    outcome = load_policies(policy_roots())
    if not outcome.is_accepted:
        raise PolicyRefusedError("\n".join(str(problem) for problem in outcome.problems))
    if outcome.is_changed:
        _analyze_policies()
    return "政策库已读入" if outcome.is_changed else "政策库没有变化"


def _analyze_policies() -> None:
    """Tell the planner what is in force now, as the table's owner, who alone may.

    why: every rule joins this table; without statistics the join runs forty times as long.
    """
    alias = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE policy_policyinforce")


class PolicyRefusedError(RuntimeError):
    """The policy files were refused; the text says where and why, and is shown as it is."""


STEPS = (
    Step("建立数据表", migrate),
    Step("装入行政区划", load_seed_regions),
    Step("装入工作日历", load_seed_calendar),
    Step("读入政策库", load_policy_library),
    Step("整理网页资源", collect_static),
)


def install(say: Say, *, more: Iterable[Step] = ()) -> None:
    """Run every step (安装) in order, saying each before and after."""
    for step in (*STEPS, *more):
        say(f"· {step.title} …")
        say(f"  {step.run()}")
