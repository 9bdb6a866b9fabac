"""Sends one person to every address in every way, and keeps what came back."""

from dataclasses import dataclass

from django.http import HttpResponse

from tests.security.addresses import ABSENT, Route, routes, url_of
from tests.security.expectation import PLACES, ROUTES
from tests.security.world import World, undone

FILLED = {"nothing": ""}  # why: a browser's form always sends something, at least its token
FORM = "application/x-www-form-urlencoded"
LOOKS = ("GET", "HEAD")
WRITES = ("POST", "PUT")
FAR_ENDS = ("", "here", "there")  # why: HEAD and PUT differ from GET by method, not by place


@dataclass(frozen=True)
class Answer:
    """What one request got; ``place`` is empty where the address names no record."""

    route: str
    place: str
    method: str
    response: HttpResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.place} → {self.status}"


def targets(world: World) -> list[tuple[Route, str, str]]:
    """Every route once, or once a place and once for nothing at all where its address names one."""
    found = []
    for route in routes():
        if not ROUTES[route.name].kind:
            found.append((route, "", url_of(route, world.places["here"].with_noted)))
            continue
        found += [(route, place, url_of(route, world.places[place].with_noted)) for place in PLACES]
        found.append((route, "absent", url_of(route, ABSENT)))
    return found


def crawl(world: World, name: str, *, methods: tuple[str, ...]) -> list[Answer]:
    """Every target by these methods; what POST and PUT write is taken back after each."""
    answers = []
    for route, place, url in targets(world):
        for method in methods:
            if method in ("HEAD", "PUT") and place not in FAR_ENDS:
                continue
            answers.append(Answer(route.name, place, method, send(world, name, method, url)))
    return answers


def send(world: World, name: str, method: str, url: str) -> HttpResponse:
    client = world.client(name)
    if method in LOOKS:
        return getattr(client, method.lower())(url)
    with undone():
        if method == "POST":
            return client.post(url, FILLED)
        return client.put(url, "nothing=", content_type=FORM)
