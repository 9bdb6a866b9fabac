"""连号概率: how likely it is that so many winners in a row have consecutive numbers.

Wuhan's housing draw of June 2009 had 6 consecutive registration numbers among 124 winners; all six
had false papers. The number is printed beside a result, so that nobody has to guess.
"""

from collections.abc import Collection
from fractions import Fraction
from math import comb, prod
from typing import Final

EXACT_COUNT_MOST: Final = 2_000


def longest_run(numbers: Collection[int]) -> int:
    """The length of the longest run (最长连号) of consecutive numbers.

    >>> longest_run([7, 3, 4, 9, 5])
    3
    """
    chosen = set(numbers)
    longest = 0
    for number in chosen:
        if number - 1 in chosen:
            continue
        end = number
        while end in chosen:
            end += 1
        longest = max(longest, end - number)
    return longest


def run_probability(*, count: int, winners: int, length: int) -> Fraction:
    """The exact probability (连号概率) of a run of at least ``length`` among the winners.

    ``winners`` of the numbers 1 to ``count`` win, all subsets alike. The losers cut the winners
    into ``count - winners + 1`` gaps; by inclusion and exclusion over the gaps that hold at least
    ``length``, sum over j of (-1)^j C(count - winners + 1, j) C(count - j length, count - winners)
    subsets have no such run.

    Raises:
        ValueError: more winners than numbers, or a length below 1.

    >>> run_probability(count=5, winners=2, length=2)
    Fraction(2, 5)
    """
    if not 0 <= winners <= count or length < 1:
        raise ValueError(f"{count} 个号码里取 {winners} 个、连号 {length} 个，数目不合理。")
    losers = count - winners
    without = sum(
        (-1) ** cut * comb(losers + 1, cut) * comb(count - cut * length, losers)
        for cut in range(winners // length + 1)
    )
    return 1 - Fraction(without, comb(count, winners))


def run_bound(*, count: int, winners: int, length: int) -> Fraction:
    """An upper bound (连号概率上界) by a short formula, for rosters too long for the exact sum.

    It is the expected number of runs that long, (count - winners + 1) times the product of
    (winners - i) / (count - i) for i below ``length``; where it is small it is nearly exact.

    >>> run_bound(count=5, winners=2, length=2)
    Fraction(2, 5)
    """
    together = prod(
        (Fraction(winners - step, count - step) for step in range(length)), start=Fraction(1)
    )
    return min(Fraction(1), (count - winners + 1) * together)


def streak_sentence(*, count: int, winners: Collection[int]) -> str:
    """What is printed beside a result (连号说明): its longest run, and how likely one is.

    Args:
        count: numbers on the roster, at least as many as there are winners.
        winners: their numbers, 1 to ``count``, at least one.
    """
    length = longest_run(winners)
    is_exact = count <= EXACT_COUNT_MOST
    chance = (run_probability if is_exact else run_bound)(
        count=count, winners=len(winners), length=length
    )
    return (
        f"{count} 个签里取 {len(winners)} 个，名册上连号最长的有 {length} 个；随机抽取时，"
        f"出现至少这么长的连号的概率{'是' if is_exact else '不超过'} {float(chance):.3g}。"
    )
