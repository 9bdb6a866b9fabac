"""账本的页面: books, accounts, a transfer's story, the chain's head; nothing can be changed here.

For auditors whose regions hold every school of the installation (``foundation/ledger/access.py``).
The heads file alone is for everybody.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from shuangjian.edges.web.ledger_forms import FindForm, PeriodForm
from shuangjian.edges.web.ledger_rows import (
    State,
    account_facts,
    account_rows,
    entry_rows,
    related_rows,
    tail_state,
    transfer_state,
)
from shuangjian.engines.posting.published_head import read_heads
from shuangjian.engines.posting.text import is_key
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, allow_anyone, moment_of
from shuangjian.foundation.ledger.access import (
    access_account,
    access_book,
    access_transfer,
    visible_books,
)
from shuangjian.foundation.ledger.entry_line import entry_lines
from shuangjian.foundation.ledger.listing import accounts_of
from shuangjian.foundation.ledger.models import LedgerAccount, Transfer
from shuangjian.foundation.ledger.publication import heads_file, published_lines
from shuangjian.foundation.ledger.queries import BookTotal, book_totals, chain_head, tail
from shuangjian.foundation.ledger.statement import DayLine, statement, version_before
from shuangjian.foundation.ledger.story import TransferStory, transfer_story
from shuangjian.foundation.ledger.wording import amounts_text, moment_text, step_title, yuan

ENTRIES_A_PAGE: Final = 30
ENTRIES_A_STATEMENT: Final = 500
DAYS_A_STATEMENT: Final = 366
VERSION_DIGITS: Final = 18  # why: a version is a 64-bit integer.


@allow(Role.AUDITOR)
def ledger_home(request: HttpRequest) -> HttpResponse:
    """账本: the books with their two sides, and how far the chain has come."""
    codes = list(visible_books(actor_in(request)).values_list("code", flat=True))
    if not codes:
        return render(request, "ledger/home.html", {"books": []})
    context = {
        "books": [_book_row(each) for each in book_totals(books=codes)],
        "chain": _chain_facts(),
        "tail": tail_state(tail()),
        "published": _published_facts(),
    }
    return render(request, "ledger/home.html", context)


@allow(Role.AUDITOR)
def ledger_book(request: HttpRequest, code: str) -> HttpResponse:
    """账簿: its accounts, a page at a time, found by code; and a transfer by its key."""
    book = access_book(actor_in(request), code=code)
    form = FindForm(request.GET)
    is_valid = form.is_valid()
    asked = form.cleaned_data
    if is_valid and asked["key"]:
        found = Transfer.objects.filter(book=book, key=asked["key"]).first()
        if found is not None:
            return redirect("ledger-transfer", found.pk)
        form.add_error("key", "这个账簿里没有这个幂等键的转账。请核对每一个字符。")
    starting, asked_after = asked.get("account", ""), request.GET.get("after", "")
    after = asked_after if is_key(asked_after) else ""
    page = accounts_of(book=code, starting=starting, after=after)
    context = {
        "book": book,
        "form": form,
        "starting": starting,
        "after": after,
        "accounts": list(account_rows(page.accounts)),
        "next_query": page.next_after
        and urlencode({"account": starting, "after": page.next_after}),
    }
    return render(request, "ledger/book.html", context, status=200 if form.is_valid() else 422)


@allow(Role.AUDITOR)
def ledger_account(request: HttpRequest, number: int) -> HttpResponse:
    """账户: how it stands, its latest entries, or its statement of a period."""
    account = access_account(actor_in(request), number=number)
    is_asked = "first" in request.GET or "last" in request.GET
    today = moment_of(request).date()
    form = PeriodForm(
        request.GET if is_asked else None, initial={"first": today.replace(day=1), "last": today}
    )
    context: dict[str, Any] = {
        "account": account,
        "book": account.book,
        "facts": account_facts(account),
        "form": form,
    }
    if is_asked and form.is_valid():
        context |= _statement(account, form)
    elif not is_asked:
        context |= _latest(account, before=request.GET.get("before", ""))
    status = 422 if is_asked and not form.is_valid() else 200
    return render(request, "ledger/account.html", context, status=status)


@allow(Role.AUDITOR)
def ledger_transfer(request: HttpRequest, number: int) -> HttpResponse:
    """转账的来龙去脉: what it moved, what it names, what names it, and where it is sealed."""
    transfer = access_transfer(actor_in(request), number=number)
    story = transfer_story(book=transfer.book.code, key=transfer.key)
    context = {
        "book": transfer.book,
        "story": story,
        "state": transfer_state(story),
        "facts": _transfer_facts(story),
        "sealed": _sealed_facts(story),
        "legs": [
            {
                "number": leg.number,
                "debit": leg.debit,
                "debit_url": reverse("ledger-account", args=[leg.debit_id]),
                "credit": leg.credit,
                "credit_url": reverse("ledger-account", args=[leg.credit_id]),
                "amounts": amounts_text(moved_fen=leg.moved_fen, held_fen=leg.held_fen),
            }
            for leg in story.legs
        ],
        "related": related_rows(story),
    }
    return render(request, "ledger/transfer.html", context)


@allow_anyone()
def ledger_heads(_request: HttpRequest) -> HttpResponse:
    """公布的链头: one line a day, for whoever wants to keep a copy."""
    lines = published_lines(_heads_file())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


def _book_row(total: BookTotal) -> dict[str, object]:
    is_balanced = total.debit_fen == total.credit_fen
    return {
        "title": total.title,
        "code": total.code,
        "url": reverse("ledger-book", args=[total.code]),
        "accounts": total.accounts,
        "debit": yuan(total.debit_fen),
        "credit": yuan(total.credit_fen),
        "held": yuan(total.held_fen),
        "state": State("相等", "good") if is_balanced else State("不相等", "bad"),
    }


def _chain_facts() -> list[tuple[str, str]]:
    """The last block (最后一块), as names and values; nothing before the first."""
    head = chain_head()
    if head is None:
        return []
    return [
        ("最后一块", f"第 {head.block} 块"),
        ("封存时间", moment_text(head.sealed_at)),
        ("已封存", f"{head.transfers} 笔转账"),
        ("链头", head.head),
    ]


def _published_facts() -> list[tuple[str, str]]:
    """The head that was published last (最近一次公布), as names and values; nothing before."""
    heads = read_heads(published_lines(_heads_file()).splitlines(keepends=True))
    return [
        pair
        for head in heads[-1:]
        for pair in (
            ("最近一次", moment_text(head.published_at)),
            ("公布到", f"第 {head.block} 块，{head.transfers} 笔转账"),
            ("链头", head.head),
        )
    ]


def _heads_file() -> Path:
    return heads_file(Path(settings.SHUANGJIAN_DATA))


def _transfer_facts(story: TransferStory) -> list[tuple[str, object]]:
    """What is known of one transfer (转账概况), as names and values."""
    transfer = story.transfer
    moved_fen = sum(leg.moved_fen for leg in story.legs)
    held_fen = sum(leg.held_fen for leg in story.legs)
    return [
        ("步骤", step_title(transfer.step)),
        ("金额", amounts_text(moved_fen=moved_fen, held_fen=held_fen)),
        ("业务日期", transfer.booked_on.isoformat()),
        ("记账时间", moment_text(transfer.recorded_at)),
        *([("冻结到期", moment_text(story.expires_at))] if story.expires_at else []),
        ("幂等键", transfer.key),
        ("事由编号", f"{transfer.kind}/{transfer.reason}"),
        *([("外部参考号", story.reference)] if story.reference else []),
        ("转账编号", transfer.id),
    ]


def _sealed_facts(story: TransferStory) -> list[tuple[str, str]]:
    """In which block a transfer stands (封存于), as names and values; nothing while in none."""
    sealed = story.sealed_in
    if sealed is None:
        return []
    return [
        ("区块", f"第 {sealed.block} 块"),
        ("封存时间", moment_text(sealed.sealed_at)),
        ("链头", sealed.head),
    ]


def _statement(account: LedgerAccount, form: PeriodForm) -> Mapping[str, object]:
    """The statement of the period that was asked for (对账单)."""
    first, ends_on = form.cleaned_data["first"], form.cleaned_data["last"] + timedelta(days=1)
    found = statement(
        book=account.book.code,
        account=account.code,
        starts_on=first,
        ends_on=ends_on,
        most=ENTRIES_A_STATEMENT,
    )
    context: dict[str, object] = {
        "statement": found,
        "opening": yuan(found.opening_fen),
        "change": yuan(found.closing_fen - found.opening_fen),
        "closing": yuan(found.closing_fen),
    }
    if found.lines is not None:
        return context | {"entries": list(entry_rows(found.lines))}
    before = version_before(account.pk, on=ends_on) + 1
    return context | {
        "days": [_day_row(each) for each in found.days[-DAYS_A_STATEMENT:]],
        "is_cut": len(found.days) > DAYS_A_STATEMENT,
        "recorded_query": urlencode({"before": before}),
    }


def _day_row(day: DayLine) -> dict[str, object]:
    asked = {"first": day.booked_on.isoformat(), "last": day.booked_on.isoformat()}
    return {
        "booked_on": day.booked_on,
        "query": urlencode(asked) if day.entries <= ENTRIES_A_STATEMENT else "",
        "entries": day.entries,
        "change": yuan(day.change_fen),
        "closing": yuan(day.closing_fen),
    }


def _latest(account: LedgerAccount, *, before: str) -> Mapping[str, object]:
    """The latest entries (最近的明细), or those before a version; the newest first."""
    last = account.version
    if before.isascii() and before.isdigit() and len(before) <= VERSION_DIGITS:
        last = min(last, int(before) - 1)
    first = max(last - ENTRIES_A_PAGE + 1, 1)
    lines = entry_lines(account.pk, first=first, last=last)
    return {
        "entries": list(entry_rows(reversed(lines))),
        "is_latest": last == account.version,
        "older_query": urlencode({"before": first}) if first > 1 else "",
    }
