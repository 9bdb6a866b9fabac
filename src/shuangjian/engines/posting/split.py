"""分摊: a sum over parts that adds up to the fen, and what the parts used so far come to."""


def split_fen(sum_fen: int, parts: int) -> tuple[int, ...]:
    """A sum over so many parts (分摊): each gets the whole fen of its share, the last the rest too.

    Args:
        sum_fen: what is split, 0 or more fen.
        parts: over how many, 1 or more.

    Returns:
        The parts in fen, ``parts`` of them; together they are ``sum_fen``.

    Raises:
        ValueError: a sum that is not whole or is below 0, or no part.
    """
    _check(sum_fen, parts)
    share = sum_fen // parts
    return (share,) * (parts - 1) + (sum_fen - share * (parts - 1),)


def consumed_fen(sum_fen: int, parts: int, lessons: int) -> int:
    """What the first ``lessons`` of the parts of ``split_fen`` come to (已耗金额), in fen.

    Args:
        sum_fen: what was split, 0 or more fen.
        parts: over how many lessons, 1 or more.
        lessons: how many of them are used up, 0 to ``parts``.

    Raises:
        ValueError: as ``split_fen``, or lessons outside 0 to ``parts``.
    """
    _check(sum_fen, parts)
    if not 0 <= lessons <= parts:
        raise ValueError(f"已上课次应在 0 到 {parts} 之间，不能是 {lessons}。请核对课次。")
    return sum_fen if lessons == parts else sum_fen // parts * lessons


def _check(sum_fen: int, parts: int) -> None:
    if type(sum_fen) is not int:
        raise ValueError(f"分摊的金额应为整数分，现为 {sum_fen!r}。请先换算成分。")
    if sum_fen < 0:
        raise ValueError(f"分摊的金额不能小于 0，现为 {sum_fen} 分。请核对金额。")
    if parts < 1:
        raise ValueError(f"分摊的课次至少为 1，现为 {parts}。请核对课次。")
