"""表头: which column of a file is which."""

from collections.abc import Mapping, Sequence

from shuangjian.engines.market.column import COLUMNS
from shuangjian.engines.market.fault import Fault, MarketRefusedError, shown


def columns_found(
    name: str, file: str, titles: Sequence[str], *, line: int | None
) -> Mapping[str, int]:
    """Where each known column stands (认列): English name to place, in the order of ``COLUMNS``.

    Args:
        name: which table.
        file: as a fault names it.
        titles: as the file writes them; unknown ones are ignored.
        line: of the header, where it has one.

    Raises:
        MarketRefusedError: a needed column is missing, or one stands there twice.
    """
    plain = [title.strip().lower() for title in titles]
    found: dict[str, int] = {}
    faults = []
    for column in COLUMNS[name]:
        places = [place for place, title in enumerate(plain) if title in column.names]
        if len(places) > 1:
            twice = "、".join(shown(titles[place]) for place in places)
            reason = f"{column.shown}这一列有 {len(places)} 个：{twice}。请只留一个。"
            faults.append(Fault(file, line, reason))
        elif places:
            found[column.name] = places[0]
        elif column.is_needed:
            reason = f"缺少{column.shown}这一列。请补上，或改正表头。"
            faults.append(Fault(file, line, reason))
    if faults:
        raise MarketRefusedError(faults)
    return found
