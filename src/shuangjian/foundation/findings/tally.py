"""检查结果: how many findings an inspection opened, ceased, reopened, corrected and kept."""

from dataclasses import asdict, astuple, dataclass


@dataclass(frozen=True)
class Tally:
    """检查结果: ``kept`` counts violations that were already known, cleared ones included."""

    opened: int = 0
    ceased: int = 0
    reopened: int = 0
    corrected: int = 0
    kept: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Both together.

        >>> Tally(opened=1) + Tally(opened=2, kept=3)
        Tally(opened=3, ceased=0, reopened=0, corrected=0, kept=3)
        """
        mine, others = astuple(self), astuple(other)
        return Tally(*(one + another for one, another in zip(mine, others, strict=True)))

    @property
    def changes(self) -> int:
        """How many findings were touched; 0 for an inspection run twice."""
        return self.opened + self.ceased + self.reopened + self.corrected

    def as_dict(self) -> dict[str, int]:
        """The five numbers by name, in their order."""
        return asdict(self)
