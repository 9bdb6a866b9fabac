from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuangjian.engines.posting.chain import (
    BLOCK_TRANSFERS_MAXIMUM,
    GENESIS,
    Block,
    account_line,
    moment_text,
    seal,
    transfer_line,
)
from shuangjian.engines.posting.export import read_account, read_blocks, read_transfer
from shuangjian.engines.posting.order import BALANCE_MAXIMUM_FEN, Side, Step
from shuangjian.engines.posting.published_head import PublishedHead, WrongHeadsError, read_heads
from shuangjian.engines.posting.record import AccountRecord, LegRecord, TransferRecord
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.engines.posting.text import KEY_PATTERN, OWNER_PATTERN, SLUG_PATTERN
from tests.engines.posting.worked_chain import heads_of, lines_of, worked_blocks

IDS = st.integers(1, 2**63 - 1)
KEYS = st.from_regex(KEY_PATTERN, fullmatch=True)
SLUGS = st.from_regex(SLUG_PATTERN, fullmatch=True)
MOMENTS = st.datetimes(timezones=st.just(UTC))
LIMITS = st.none() | st.integers(-BALANCE_MAXIMUM_FEN, BALANCE_MAXIMUM_FEN)
ACCOUNTS = st.builds(
    AccountRecord,
    id=IDS,
    book=SLUGS,
    code=KEYS,
    owner=st.from_regex(OWNER_PATTERN, fullmatch=True),
    purpose=SLUGS,
    side=st.sampled_from(Side),
    minimum_fen=LIMITS,
    maximum_fen=LIMITS,
    opened_at=MOMENTS,
)
FEN = st.integers(0, 10**12)
LEGS = st.builds(LegRecord, IDS, IDS, FEN, st.integers(-(10**12), 10**12))
TRANSFERS = st.builds(
    TransferRecord,
    id=IDS,
    book=SLUGS,
    key=KEYS,
    step=st.sampled_from(Step),
    kind=SLUGS,
    reason=SLUGS,
    booked_on=st.dates(),
    recorded_at=MOMENTS,
    original_id=st.none() | IDS,
    expires_at=st.none() | MOMENTS,
    reference=st.just("") | KEYS,
    legs=st.lists(LEGS, min_size=1, max_size=4).map(tuple),
)


@given(account=ACCOUNTS)
def test_an_account_is_read_back_as_it_was(account):
    line = account_line(account) + "\n"
    assert line.isascii()
    assert line.count("\t") == 9
    assert read_account(line) == account


@given(transfer=TRANSFERS)
def test_a_transfer_is_read_back_as_it_was(transfer):
    line = transfer_line(transfer) + "\n"
    assert line.isascii()
    assert line.count("\t") == 12
    assert read_transfer(line) == transfer


@settings(max_examples=50)
@given(
    accounts=st.lists(ACCOUNTS, max_size=3, unique_by=lambda each: each.id),
    transfers=st.lists(TRANSFERS, max_size=3, unique_by=lambda each: each.id),
    sealed_at=MOMENTS,
)
def test_blocks_are_read_back_one_by_one(accounts, transfers, sealed_at):
    first = seal(None, accounts=accounts, transfers=(), sealed_at=sealed_at)
    second = seal(first, accounts=(), transfers=transfers, sealed_at=sealed_at)
    assert (first.number, first.previous_head) == (1, GENESIS)
    assert (second.number, second.previous_head) == (2, first.head())
    found = list(read_blocks(lines_of([first, second])))
    assert [block.head for block in found] == [first.head(), second.head()]
    assert [each.wrong_lines for each in found] == [[], []]
    for block, back in zip((first, second), found, strict=True):
        assert back.header is not None
        assert block == Block(
            number=back.header.number,
            previous_head=back.header.previous_head,
            sealed_at=back.header.sealed_at,
            accounts=tuple(account for _, account in back.accounts),
            transfers=tuple(transfer for _, transfer in back.transfers),
        )


def test_rows_are_sealed_in_order_of_id():
    (first, *_) = worked_blocks()
    again = seal(
        None,
        accounts=first.accounts[::-1],
        transfers=first.transfers[::-1],
        sealed_at=first.sealed_at,
    )
    assert again == first


def test_a_block_takes_no_more_than_it_may():
    (first, *_) = worked_blocks()
    transfers = [replace(first.transfers[0], id=each) for each in range(1_001)]
    with pytest.raises(ValueError, match=f"最多封存 {BLOCK_TRANSFERS_MAXIMUM} 笔"):
        seal(None, accounts=(), transfers=transfers, sealed_at=first.sealed_at)
    assert seal(None, accounts=(), transfers=transfers[1:], sealed_at=first.sealed_at).number == 1


def test_moments_have_one_spelling():
    midnight = datetime(2026, 1, 1, tzinfo=BEIJING)
    assert moment_text(midnight) == "2025-12-31T16:00:00.000000Z"
    assert moment_text(midnight + timedelta(microseconds=1)) == "2025-12-31T16:00:00.000001Z"
    with pytest.raises(ValueError, match="没有时区"):
        moment_text(midnight.replace(tzinfo=None))


def test_an_export_is_read_as_it_comes():
    """A block is given out as soon as the next begins, so that a file of any size can be read."""
    lines = lines_of(worked_blocks())
    taken = []

    def feed():
        for line in lines:
            taken.append(line)
            yield line

    next(read_blocks(feed()))
    assert len(taken) == 11


def test_a_heads_file_is_read_back_as_it_was_written():
    heads = heads_of(worked_blocks())
    assert read_heads([head.line().encode() for head in heads]) == heads
    assert heads[0].line() == (
        f'{{"block":1,"head":"{heads[0].head}","transfers":5,'
        '"sealed_at":"2026-03-04T15:00:00.000000Z","published_at":"2026-03-04T15:00:00.000000Z"}\n'
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"block"', b'"black"'),
        (b'"block":1', b'"block":"1"'),
        (b'"block":1', b'"block":true'),
        (b'"transfers":5', b'"transfers":5.0'),
        (b":", b": "),
        (b'{"block"', b'{"more":1,"block"'),
        (b"000Z", b"000"),
        (b"{", b"["),
        (b"03-04", b"13-04"),
    ],
)
def test_a_line_that_is_no_head_is_refused_with_its_number(old, new):
    line = heads_of(worked_blocks())[0].line().encode()
    wrong = line.replace(old, new)
    assert wrong != line
    with pytest.raises(WrongHeadsError, match="第 2 行"):
        read_heads([line, wrong])


def test_a_head_is_64_small_hexadecimal_digits():
    head = heads_of(worked_blocks())[0]
    for wrong in (head.head[:-1], head.head.upper(), 5):
        line = PublishedHead(1, wrong, 5, head.sealed_at, head.published_at).line()
        with pytest.raises(WrongHeadsError):
            read_heads([line.encode()])
