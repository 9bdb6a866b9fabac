"""Whatever fails, and at whichever step: nothing of it is there, and the next try does it all."""

import time
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from shuangjian.engines.posting.order import Leg, Step
from shuangjian.foundation.ledger import services
from shuangjian.foundation.ledger.sealing import seal
from tests.foundation.ledger.book import DAY, Book, everything
from tests.foundation.ledger.failing import count_expired, failing, try_every_turn

CODES = {"an error": "P0001", "a broken constraint": "23514", "a deadlock": "40P01"}


def prepared() -> Book:
    book = Book()
    book.fund("a", 1_000)
    book.hold("held", Leg("a", "b", 100), Leg("a", "c", 50))
    book.post("wrong", Leg("a", "b", 10), Leg("a", "c", 20))
    return book


def one_leg(book):
    return book.post("k", Leg("a", "b", 5))


def several_legs(book):
    return book.post("k", Leg("a", "b", 5), Leg("a", "c", 7), Leg("b", "c", 1))


def hold(book):
    return book.hold("k", Leg("a", "b", 5), Leg("a", "c", 7))


def settle_a_part(book):
    return book.settle("k", "held", amounts_fen=[40, 0])


def void(book):
    return book.void("k", "held")


def reverse(book):
    return book.reverse("k", "wrong")


def correct(book):
    return book.correct("k", "wrong", Leg("a", "c", 30))


def batch(book):
    return book.batch(
        book.order("k", Leg("a", "b", 5)),
        book.order("k/2", Leg("a", "c", 7), step=Step.HELD),
        book.order("k/3", step=Step.SETTLED, original="k/2"),
        book.order("k/4", step=Step.REVERSAL, original="wrong"),
    )


def plain_batch(book):
    return book.batch(*(book.order(f"k/{number}", Leg("a", "b", 5)) for number in range(3)))


def in_the_callers_transaction(book):
    with transaction.atomic():
        return one_leg(book), book.settle("k/settled", "held", amounts_fen=[40, 0])


FUNCTIONS = {
    one_leg: {"a": 815, "b": 10 + 5, "c": 20},
    several_legs: {"a": 808, "b": 10 + 4, "c": 20 + 8},
    hold: {"a": 970 - 150 - 12, "b": 10, "c": 20},
    settle_a_part: {"a": 930, "b": 50, "c": 20},
    void: {"a": 970, "b": 10, "c": 20},
    reverse: {"a": 850, "b": 0, "c": 0},
    correct: {"a": 820, "b": 0, "c": 30},
    batch: {"a": 838, "b": 5, "c": 7},
    plain_batch: {"a": 805, "b": 25, "c": 20},
    in_the_callers_transaction: {"a": 925, "b": 55, "c": 20},
}


def available(book: Book) -> dict[str, int]:
    balances = book.balances()
    return {code: balances[code].available_fen for code in ("a", "b", "c")}


@pytest.mark.parametrize("act", FUNCTIONS)
@pytest.mark.parametrize("code", CODES.values(), ids=list(CODES))
def test_no_failure_leaves_a_part_and_the_next_try_does_all(ledger_database, act, code):
    book = prepared()
    with failing(code) as fail:
        before = everything()

        def check(turn: int) -> None:
            assert everything() == before, f"after failure {turn}"

        first, failures = try_every_turn(lambda: act(book), fail, check)
        print(f"{act.__name__}: {failures} places to fail")  # noqa: T201
        assert failures > 10
        assert available(book) == FUNCTIONS[act]
        after = everything()
        again = act(book)
    assert everything() == after
    firsts = first if isinstance(first, list | tuple) else [first]
    agains = again if isinstance(again, list | tuple) else [again]
    assert not any(each.is_repeat for each in firsts)
    assert [each.transfer_id for each in agains] == [each.transfer_id for each in firsts]
    book.check_sums()


@pytest.mark.parametrize("act", ["book", "reason", "accounts", "seal"])
def test_opening_and_sealing_are_whole_as_well(ledger_database, act):
    seal()
    book = prepared()
    acts = {
        "book": lambda: services.open_book(code=f"{book.code[:30]}_2", title="另一本"),
        "reason": lambda: services.register_reason(kind=book.code, reason="new", title="新的"),
        "accounts": lambda: book.open("x", "y", "z"),
        "seal": seal,
    }
    with failing("P0001") as fail:
        before = everything()

        def check(turn: int) -> None:
            assert everything() == before, f"after failure {turn}"

        answer, failures = try_every_turn(acts[act], fail, check)
        print(f"{act}: {failures} places to fail")  # noqa: T201
        assert failures >= 4
    assert everything() != before
    assert act != "seal" or answer
    assert not (act == "seal" and seal())


def test_each_hold_expires_whole_or_not_at_all(ledger_database):
    book = prepared()
    for number in range(3):
        soon = datetime.now(UTC) + timedelta(seconds=0.3)
        book.hold(f"h{number}", Leg("a", "b", 10), Leg("a", "c", 5), expires_at=soon)
    time.sleep(0.35)
    with failing("P0001") as fail:

        def check(turn: int) -> None:
            expired, held_fen = count_expired(book.code)
            assert held_fen == 150 + 15 * (3 - expired), f"after failure {turn}"
            book.check_sums()

        _, failures = try_every_turn(
            lambda: services.expire_holds(book=book.code, booked_on=DAY), fail, check
        )
    assert failures > 10
    assert count_expired(book.code) == (3, 150)


class Line:
    """A connection that breaks at the N-th statement: before it is sent, or before the answer."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, is_sent: bool) -> None:
        self.left = 0
        execute = psycopg.Cursor.execute

        def failing_execute(cursor: psycopg.Cursor, *arguments, **more):
            self.left -= 1
            if self.left == 0 and not is_sent:
                raise psycopg.OperationalError("fault at the line")
            answer = execute(cursor, *arguments, **more)
            if self.left == 0:
                raise psycopg.OperationalError("fault at the line")
            return answer

        monkeypatch.setattr(psycopg.Cursor, "execute", failing_execute)

    def fail(self, turn: int) -> None:
        self.left = turn


@pytest.mark.parametrize("act", FUNCTIONS)
def test_a_line_that_breaks_before_the_order_is_sent(ledger_database, act, monkeypatch):
    book = prepared()
    before = everything()
    line = Line(monkeypatch, is_sent=False)

    def check(turn: int) -> None:
        assert everything() == before, f"after failure {turn}"

    _, failures = try_every_turn(lambda: act(book), line.fail, check)
    assert failures >= 1
    assert available(book) == FUNCTIONS[act]


@pytest.mark.parametrize(
    "act", [each for each in FUNCTIONS if each is not in_the_callers_transaction]
)
def test_a_line_that_breaks_before_the_answer_comes(ledger_database, act, monkeypatch):
    """Now it may be done; then all of it is, and whoever sends it again is told so."""
    book = prepared()
    line = Line(monkeypatch, is_sent=True)
    line.fail(1)
    with pytest.raises(OperationalError, match="fault"):
        act(book)
    assert available(book) == FUNCTIONS[act]
    after = everything()
    again = act(book)
    assert all(each.is_repeat for each in (again if isinstance(again, list | tuple) else [again]))
    assert everything() == after


def test_an_answer_lost_inside_the_callers_transaction_takes_all_back(ledger_database, monkeypatch):
    book = prepared()
    before = everything()
    line = Line(monkeypatch, is_sent=True)

    def check(turn: int) -> None:
        assert everything() == before, f"after failure {turn}"

    _, failures = try_every_turn(lambda: in_the_callers_transaction(book), line.fail, check)
    assert failures >= 2


def test_control_two_transactions_do_leave_a_part(ledger_database):
    """The same harness sees what a correction in two calls leaves when the second fails."""
    book = prepared()

    def naive_correct():
        book.reverse("k/reversal", "wrong")
        return book.post("k", Leg("a", "c", 30), corrects="wrong")

    with failing("P0001") as fail:
        before = everything()
        parts = []
        try_every_turn(naive_correct, fail, lambda turn: parts.append(everything() != before))
    print(f"{sum(parts)} of {len(parts)} failures left a part")  # noqa: T201
    assert any(parts)
    assert connection.is_usable()
