"""装入演示数据: the invented district beside the bare COPY of the same rows."""

from django.db import connection, connections, transaction

from benchmarks.ratio import Ratio, Role, Timings
from benchmarks.site import SEED, TODAY, Site, tell, unwatched
from shuangjian.edges.demo.load import load_demonstration

TABLES = (
    "registry_school", "registry_schoolclass", "registry_pupil", "registry_enrolment",
    "registry_guardian", "registry_guardianship", "registry_teacher",
    "registry_teachingassignment", "homework_classday", "homework_plannedhomework",
    "homework_limitoverride",
)  # fmt: skip
TURNS_MOST = 3  # why: a turn writes the whole district twice more


def measure(site: Site) -> list[Ratio]:
    """Load and take back, then copy the very same bytes into bare and into indexed tables."""
    assert site.installed
    assert "district" not in vars(site), "the tables must be empty"
    timings = Timings()
    rows = 0
    for turn in range(min(site.repetitions, TURNS_MOST)):
        tell(f"第 {turn + 1} 轮")
        rows = _turn(site, timings)
        _sweep()
    note = f"{rows} 行，每轮都撤回，不含提交"
    return [
        timings.ratio(
            "load/bare-copy", "load", "bare",
            words=("生成并装入演示数据", "裸 COPY 同样的行，表无索引"), role=Role.LIMIT, note=note,
        ),
        timings.ratio(
            "load/indexed-copy", "load", "indexed",
            words=("生成并装入演示数据", "裸 COPY 同样的行，表有同样的索引和检查"),
            role=Role.LIMIT, note="对照没有外键和触发器",
        ),
    ]  # fmt: skip


def _turn(site: Site, timings: Timings) -> int:
    with transaction.atomic():
        timings.time("load", lambda: _load(site.scale))
        content = {table: _content(table) for table in TABLES}
        with connection.cursor() as cursor:
            counts = [f"(SELECT count(*) FROM {table})" for table in TABLES]
            cursor.execute(f"SELECT {' + '.join(counts)}")
            (rows,) = cursor.fetchone()
        transaction.set_rollback(True)
    for name, options in (("bare", ""), ("indexed", " INCLUDING ALL")):
        _copy(timings, name, content, options=options)
    return int(rows)


def _load(scale: str) -> None:
    load_demonstration(scale=scale, today=TODAY, seed=SEED, progress=unwatched)
    with connection.cursor() as cursor:  # why: foreign keys are checked when committing
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _content(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def _copy(timings: Timings, name: str, content: dict[str, bytes], *, options: str) -> None:
    """Into ordinary, logged tables of the owner, who alone may make them; taken back as well."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table}{options})")

        def run() -> None:
            for table in TABLES:
                with cursor.copy(f"COPY bench_{table} FROM STDIN") as copy:
                    copy.write(content[table])

        timings.time(name, run)
        transaction.set_rollback(True, using="owner")


def _sweep() -> None:
    """Give back the room of the rows that were taken back (回收空间)."""
    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM {table}")
