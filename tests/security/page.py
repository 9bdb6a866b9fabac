"""What a page is made of, as a browser would read it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pypdfium2

CSRF = re.compile(r"[A-Za-z0-9]{64}")


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]


@dataclass
class Page(HTMLParser):
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        """All text, and what attributes say: a browser shows both."""
        said = [value for each in self.elements for value in each.attributes.values()]
        return "\n".join((*self.texts, *said))


def read_page(body: bytes) -> Page:
    page = Page()
    page.feed(body.decode())
    page.close()
    return page


def without_csrf(body: bytes) -> str:
    """A body without the tokens that differ at every request."""
    return CSRF.sub("…", body.decode())


def pdf_text(body: bytes) -> str:
    document = pypdfium2.PdfDocument(body)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return re.sub(r"\s", "", text)


def text_of(response) -> str:
    """The words of any answer, whatever its type."""
    if response.headers.get("Content-Type", "").startswith("application/pdf"):
        return pdf_text(response.content)
    return response.content.decode()
