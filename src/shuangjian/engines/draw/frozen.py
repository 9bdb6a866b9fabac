"""核对冻结: the versions of a published roster, each bound to the one before."""

from collections.abc import Sequence
from typing import Final, NoReturn

from shuangjian.engines.draw.announcement import ONLY_RANKS, Announcement
from shuangjian.engines.draw.announcement import PLACE as DRAW
from shuangjian.engines.draw.freeze import FILES_OF_ALLOCATION, FILES_OF_ORDER, Freeze
from shuangjian.engines.draw.freeze import NAME as FREEZE_NAME
from shuangjian.engines.draw.market_tickets import check_market_tickets
from shuangjian.engines.draw.published_folder import PublishedFolder, shown
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.roster import NAME as ROSTER_NAME
from shuangjian.engines.draw.roster import RosterRow, read_roster

_OPTIONAL: Final = frozenset({"tickets.csv", "tiers.csv"})
_CHAIN: Final = "每一版都要写明上一版的散列值，这样谁也不能悄悄换掉其中一版"


def read_freezes(
    folder: PublishedFolder, announcement: Announcement, *, may_be_none: bool = False
) -> list[Freeze]:
    """All versions (各版名册), in order, each checked against its files and the one before.

    Args:
        folder: the published one.
        announcement: its ``draw.json``.
        may_be_none: whether the draw may have been aborted before the first version.

    Raises:
        DrawRefusedError: none where there must be one, a gap, a broken chain, a file missing,
            surplus or changed.
    """
    freezes: list[Freeze] = []
    before = ""
    while not (freezes or may_be_none) or folder.within(f"v{len(freezes) + 1}"):
        place = f"v{len(freezes) + 1}/{FREEZE_NAME}"
        freeze = Freeze.from_bytes(folder.read(place), place=place)
        _check_link(freeze, freezes, folder=folder, announcement=announcement, before=before)
        _check_files(freeze, folder=folder, announcement=announcement)
        before = folder.hash_of(place, hash_name=announcement.hash)
        freezes.append(freeze)
    return freezes


def read_last_roster(
    folder: PublishedFolder, announcement: Announcement, freezes: Sequence[Freeze]
) -> list[RosterRow]:
    """The rows of the last version (末版名册); all versions must be of the right form.

    Raises:
        DrawRefusedError: a roster is not sorted or repeats a ticket; wishes of other tickets.
    """
    rows: list[RosterRow] = []
    for freeze in freezes:
        home = f"v{freeze.version}"
        rows = read_roster(folder.read(f"{home}/{ROSTER_NAME}"), place=f"{home}/{ROSTER_NAME}")
        if is_allocation(announcement):
            name = f"{home}/tickets.csv"
            check_market_tickets(
                rows,
                pupils=folder.read(f"{home}/pupils.csv"),
                tickets=folder.read(name) if name in folder else None,
                folder=home,
            )
    return rows


def is_allocation(announcement: Announcement) -> bool:
    """Whether places at courses follow from the ranks (按课程录取)."""
    return announcement.mechanism not in ONLY_RANKS


def _check_link(
    freeze: Freeze,
    freezes: Sequence[Freeze],
    *,
    folder: PublishedFolder,
    announcement: Announcement,
    before: str,
) -> None:
    number = len(freezes) + 1
    place = f"v{number}/{FREEZE_NAME}"
    if (freeze.draw, freeze.version) != (announcement.id, number):
        _refuse(place, "抽签编号或版次不对", f"这里应当是 {announcement.id} 的第 {number} 版")
    if freeze.announcement != folder.hash_of(DRAW, hash_name=announcement.hash):
        _refuse(place, "公告的散列值不对", "名册冻结之后公告不能再改")
    if freeze.previous != before:
        _refuse(place, "上一版的散列值不对", _CHAIN)
    if freezes and freeze.at < freezes[-1].at:
        _refuse(place, "时刻早于上一版", _CHAIN)


def _check_files(freeze: Freeze, *, folder: PublishedFolder, announcement: Announcement) -> None:
    home = f"v{freeze.version}"
    known = set(FILES_OF_ALLOCATION if is_allocation(announcement) else FILES_OF_ORDER)
    listed, found = set(freeze.files), set(folder.within(home)) - {FREEZE_NAME}
    needed = known - _OPTIONAL
    for name in sorted((listed | found | needed) - (listed & found & known)):
        _refuse(
            shown(f"{home}/{name}"),
            "应当冻结的文件缺少，或者有冻结清单以外的文件",
            f"本版应当有{'、'.join(sorted(needed))}，并与 {freeze.place} 的清单一致",
        )
    for name, value in sorted(freeze.files.items()):
        if folder.hash_of(f"{home}/{name}", hash_name=announcement.hash) != value:
            _refuse(f"{home}/{name}", "散列值与冻结时不同", "冻结之后的更正只能另出一版")


def _refuse(place: str, what: str, why: str) -> NoReturn:
    raise DrawRefusedError(
        place=place,
        what=what,
        why=why,
        remedy="请重新下载完整的公布目录；仍然如此的，请向公布单位查询，这次结果不应采用",
    )
