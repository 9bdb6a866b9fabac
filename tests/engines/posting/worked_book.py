"""The worked book of docs/algorithms/ledger.md: its accounts, orders and expectations, as data.

The page is read here once; the model is held to it beside, and PostgreSQL by the ledger's tests.
Moments of the page are those of Asia/Shanghai.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from shuangjian.engines.posting.ledger import ModelLedger
from shuangjian.engines.posting.order import AccountOrder, Balance, Leg, Order, Side, Step
from tests.engines.worked_table import PAGES, worked_table

PAGE = "ledger.md"
BOOK = "prepaid"
BOOK_TITLE = "预付费资金"
ACCOUNTS = ("bank", "prepaid", "earned", "materials")
OPENED_AT = "2026-03-01 09:00"
AFTERWARDS = "2026-03-15 09:00"


@dataclass(frozen=True)
class WorkedStep:
    """One row of the table "steps": an order, the answer, and all balances after it."""

    at: datetime
    order: Order
    transfer_id: int
    is_repeat: bool
    balances: tuple[Balance, ...]


@dataclass(frozen=True)
class WorkedRefusal:
    """One row of the tables "refusals" and "batches": an order and the code, or no code."""

    at: datetime
    book: str
    order: Order
    code: str


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def account_orders() -> list[AccountOrder]:
    return [
        AccountOrder(
            code=row["account"],
            owner=row["owner"],
            purpose=row["purpose"],
            side=Side(row["side"]),
            minimum_fen=limit(row["minimum"]),
            maximum_fen=limit(row["maximum"]),
        )
        for row in worked_table(PAGE, "accounts")
    ]


def limit(cell: str) -> int | None:
    return int(cell) if cell else None


def reasons() -> list[tuple[str, str, str]]:
    return [(row["kind"], row["reason"], row["title"]) for row in worked_table(PAGE, "reasons")]


def balance(account: str, cell: str) -> Balance:
    """``balance/held_out/held_in``; the last two may be left out. No version: that is 0."""
    figures = [int(figure) for figure in cell.split("/")]
    held_out, held_in = figures[1:] or (0, 0)
    return Balance(account, figures[0], held_out, held_in, 0)


def legs_of(cell: str) -> tuple[Leg, ...]:
    """``debit>credit amount``, joined by commas."""
    found = re.findall(r"([^>,\s]+)>(\S+) ([-0-9.]+)", cell)
    assert len(found) == (cell.count(">")), cell
    return tuple(Leg(debit, credit, amount(fen)) for debit, credit, fen in found)


def amount(cell: str) -> int:
    return int(cell) if re.fullmatch("-?[0-9]+", cell) else Decimal(cell)


def order_of(row: dict[str, str]) -> Order:
    """A row's order: key, step, legs, and under "other" the rest as ``name=value``."""
    other = others(row)
    expires_at = other.get("expires_at", "").replace("_", " ")
    amounts = other.get("amounts")
    return Order(
        key=row["key"],
        kind=other.get("kind", "tuition"),
        reason=other.get("reason", "lesson"),
        booked_on=date.fromisoformat(row.get("booked_on") or other.get("booked_on", "2026-03-15")),
        step=Step(row["step"]),
        legs=legs_of(row["legs"]),
        reference=other.get("reference", ""),
        original=other.get("original"),
        expires_at=moment(expires_at) if expires_at else None,
        amounts_fen=None if amounts is None else tuple(map(amount, amounts.split(","))),
    )


def others(row: dict[str, str]) -> dict[str, str]:
    return dict(each.split("=", 1) for each in row["other"].split())


def steps() -> list[WorkedStep]:
    found = []
    for row in worked_table(PAGE, "steps"):
        answer = row["answer"].removesuffix(" again")
        found.append(
            WorkedStep(
                at=moment(row["at"]),
                order=order_of(row),
                transfer_id=int(answer),
                is_repeat=answer != row["answer"],
                balances=tuple(balance(account, row[account]) for account in ACCOUNTS),
            )
        )
    return found


def refusals() -> list[WorkedRefusal]:
    return [refusal_of(row) for row in worked_table(PAGE, "refusals")]


def refusal_of(row: dict[str, str]) -> WorkedRefusal:
    other = others(row)
    order = order_of(row)
    if other.get("legs"):
        order = replace(order, legs=order.legs * int(other["legs"]))
    at = moment(other.get("at", AFTERWARDS.replace(" ", "_")).replace("_", " "))
    return WorkedRefusal(at, other.get("book", BOOK), order, row["code"])


def batches() -> dict[str, list[WorkedRefusal]]:
    found: dict[str, list[WorkedRefusal]] = {}
    for row in worked_table(PAGE, "batches"):
        found.setdefault(row["batch"], []).append(refusal_of(row))
    return found


def unversioned(found: Balance) -> Balance:
    """The page gives no versions."""
    return replace(found, version=0)


def opened_ledger() -> ModelLedger:
    ledger = ModelLedger()
    ledger.open_book(BOOK, title=BOOK_TITLE)
    for kind, code, title in reasons():
        ledger.register_reason(kind, code, title=title)
    for order in account_orders():
        ledger.open_account(order, book=BOOK, at=moment(OPENED_AT))
    return ledger


def worked_ledger(*, until: int | None = None) -> ModelLedger:
    """The model after the steps of the page, or the first of them."""
    ledger = opened_ledger()
    for step in steps()[:until]:
        ledger.post(step.order, book=BOOK, at=step.at)
    return ledger


def shown_file(name: str) -> str:
    """A file that the page shows in full."""
    text = (PAGES / PAGE).read_text(encoding="utf-8")
    return re.findall(rf"<!-- file: {name} -->\n```\w*\n(.*?)```", text, re.DOTALL)[0]
