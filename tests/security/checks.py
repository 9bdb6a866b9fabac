"""What must be true of every answer; each check gives its faults in words, none when all is well."""

import re
from collections import defaultdict
from collections.abc import Iterable

from tests.security.crawl import Answer
from tests.security.expectation import (
    NOT_FOUND,
    PEOPLE,
    PLACES,
    PUBLIC,
    ROUTES,
    SIGN_IN,
    Person,
)
from tests.security.expectation import expected_status as expected
from tests.security.page import read_page, text_of, without_csrf
from tests.security.words import CLASS_WORDS, LEDGER_WORDS, REMARKS, SCHOOL_NAMES

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ADDRESSES = ("src", "href", "action", "formaction", "data", "poster", "srcset", "hx-get", "hx-post")
PHONE = re.compile(r"(?<![0-9a-zA-Z-])1[3-9]\d{9}(?![0-9a-zA-Z-])")
ID_NUMBER = re.compile(r"(?<![0-9a-zA-Z-])[1-9]\d{16}[\dX](?![0-9a-zA-Z-])")


def wrong_statuses(name: str, answers: Iterable[Answer]) -> list[str]:
    """Whatever the hand-written table does not say."""
    return [
        f"{each}, wanted {wanted}"
        for each in answers
        if each.status != (wanted := expected(name, each.route, each.place, each.method))
    ]


def wrong_redirects(name: str, answers: Iterable[Answer]) -> list[str]:
    """Strangers must be sent to the sign-in page of this site, and learn nothing on the way."""
    person = PEOPLE[name]
    return [
        f"{each} to {each.response.headers['Location']}"
        for each in answers
        if each.status == SIGN_IN
        and not person.is_signed_in
        and ROUTES[each.route].roles != PUBLIC
        and (each.response.content or not each.response.headers["Location"].startswith("/sign-in/?next=/"))
    ]  # fmt: skip


def telling_absences(answers: Iterable[Answer]) -> list[str]:
    """404 answers of one route that differ: then one could tell what exists."""
    seen: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for each in answers:
        if each.status == NOT_FOUND and each.method != "HEAD":
            headers = {k: v for k, v in each.response.headers.items() if k != "Content-Length"}
            said = f"{without_csrf(each.response.content)}{sorted(headers.items())}"
            seen[each.route, each.method][said] = each.place
    return [f"{key}: {list(said.values())}" for key, said in seen.items() if len(said) > 1]


def leaks(name: str, answers: Iterable[Answer], *, hidden: Iterable[str]) -> list[str]:
    """Words of another's records, and names of pupils and guardians, in whatever came back."""
    found = []
    words = tuple(hidden)
    for each in answers:
        text = text_of(each.response) + str(sorted(each.response.headers.items()))
        found += [f"{each}: {word}" for word in words if word in text]
        found += [f"{each}: {number}" for number in PHONE.findall(text) + ID_NUMBER.findall(text)]
    return found


def hidden_words(person: Person) -> frozenset[str]:
    """The words of the world that this person may not read anywhere."""
    open_to = set()
    for place in PLACES:
        words, region = CLASS_WORDS[place], "990102" if place == "there" else "990101"
        if place in person.classes:
            open_to |= words.all - {words.note}
        if place in person.public:
            open_to |= {words.published, words.reason}
        if place in person.findings:
            open_to |= {words.note, words.reason}
        if place in person.classes | person.public | person.findings | person.schools:
            open_to.add(SCHOOL_NAMES[place])
        if place in person.regions:
            open_to.add(REMARKS[region])
    if person.ledger:
        open_to |= {*LEDGER_WORDS}
    everything = {word for words in CLASS_WORDS.values() for word in words.all}
    everything |= {*SCHOOL_NAMES.values(), *REMARKS.values(), *LEDGER_WORDS}
    return frozenset(everything - open_to)


def weak_headers(answers: Iterable[Answer]) -> list[str]:
    """Answers without the exact policy, or that a browser might keep or frame."""
    found = []
    for each in answers:
        headers = each.response.headers
        policy = headers.get("Content-Security-Policy", "")
        if sorted(policy.split("; ")) != sorted(POLICY.split("; ")):
            found.append(f"{each}: {policy}")
        found += [f"{each}: {key}" for key, value in HEADERS.items() if headers.get(key) != value]
    return found


def inline_code(answers: Iterable[Answer]) -> list[str]:
    """Code or style inside a page, or anything fetched from another host."""
    found = []
    for each in answers:
        if each.response.headers.get("Content-Type", "").startswith("text/html"):
            found += [f"{each}: {fault}" for fault in page_faults(each.response.content)]
    return found


def page_faults(body: bytes) -> list[str]:
    faults = []
    for element in read_page(body).elements:
        shown = f"<{element.tag} {element.attributes}>"
        for name, value in element.attributes.items():
            if name == "style" or name.startswith(("on", "hx-on", "hx-vals", "srcdoc")):
                faults.append(shown)
            if name in ADDRESSES and _is_outside(element.tag, value):
                faults.append(shown)
        if element.tag == "style" or (
            element.tag == "script" and not element.attributes.get("src", "").startswith("/static/")
        ):
            faults.append(shown)
        if element.tag in ("base", "iframe", "object", "embed"):
            faults.append(shown)
    return faults


def _is_outside(tag: str, address: str) -> bool:
    """A link may lead to a published document elsewhere; nothing else may leave the site."""
    wanted = address.strip().lower()
    if tag == "a":
        return not re.match(r"(/(?!/)|\?|#|https?://|$)", wanted)
    return not re.match(r"(/(?!/)|\?|#|$)", wanted)
