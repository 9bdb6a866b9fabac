"""检查的拒绝: an inspection that was not run, with what to do next."""

from collections.abc import Sequence


class InspectionRefusedError(ValueError):
    """The inspection was not run (拒绝检查); the text is Chinese and is shown as it is."""

    code = "inspection.refused"


class UnknownRuleError(InspectionRefusedError):
    """There is no rule of that key (没有该规则)."""

    code = "inspection.unknown_rule"

    def __init__(self, key: str, *, known: Sequence[str]) -> None:
        """Keep the key."""
        super().__init__(f"没有名为 {key} 的规则。可用的有：{'、'.join(known)}。请改正后再运行。")
        self.key = key


class UnknownRegionError(InspectionRefusedError):
    """There is no region of that code in those days (没有该地区)."""

    code = "inspection.unknown_region"

    def __init__(self, region: str) -> None:
        """Keep what was asked for."""
        super().__init__(f"检查期间没有行政区划代码 {region}。请核对六位代码和日期。")
        self.region = region


class WindowReversedError(InspectionRefusedError):
    """The first day lies after the last (起止颠倒)."""

    code = "inspection.window_reversed"

    def __init__(self, *, first: str, last: str) -> None:
        """Say both days."""
        super().__init__(f"检查的起日 {first} 晚于止日 {last}，没有运行。请对调两个日期。")


class LakeMissingError(InspectionRefusedError):
    """The lake's engine was asked for, and there is no lake (没有数据湖)."""

    code = "inspection.lake_missing"

    def __init__(self, engine: str) -> None:
        """Say which engine."""
        super().__init__(
            f"{engine} 从数据湖读取事实，而湖里还没有数据，没有运行。"
            "请先运行 shuangjian lake export，或改用 postgres。"
        )
