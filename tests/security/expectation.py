"""Who may reach what, written by hand from the description of the roles, not from the code.

A route names the roles that may use it and the kind of record its address names. A person names
the roles held and, for each kind, the places whose records are his or hers. What follows is plain:
no sign-in → sign-in page; wrong role → 403; a record that is not one's own → 404, as if absent.
"""

from dataclasses import dataclass, field

BUREAU = frozenset({"officer", "inspector", "auditor"})
SCHOOL = frozenset({"principal", "school_admin"})
TEACHING = frozenset({"class_teacher", "teacher"})
SIGNED_IN = frozenset({"*"})  # anyone who signed in, whatever he or she may do
PUBLIC = frozenset()

SIGN_IN, WRONG_ROLE, NOT_FOUND, METHOD = 302, 403, 404, 405


@dataclass(frozen=True)
class Expected:
    """A route's roles, the kind of record in its address, and its answers to GET and to POST {}.

    ``kind`` is empty where the address names no record. ``only_post``: anything else is 405.
    """

    roles: frozenset[str]
    kind: str = ""
    get: int = 200
    post: int = 200
    only_post: bool = False


ROUTES: dict[str, Expected] = {
    "home": Expected(SIGNED_IN),
    "sign-in": Expected(PUBLIC, post=422),
    "demo-sign-in": Expected(PUBLIC, get=404, post=404),
    "sign-out": Expected(SIGNED_IN, get=302, post=302),
    "favicon": Expected(PUBLIC, get=302, post=302),
    "ledger-home": Expected(frozenset({"auditor"})),
    "ledger-heads": Expected(PUBLIC),
    "ledger-book": Expected(frozenset({"auditor"}), "ledger"),
    "ledger-account": Expected(frozenset({"auditor"}), "ledger"),
    "ledger-transfer": Expected(frozenset({"auditor"}), "ledger"),
    "policy-list": Expected(SIGNED_IN),
    "policy-key": Expected(SIGNED_IN),
    "homework-plan": Expected(SCHOOL | TEACHING | {"guardian"}),
    "homework-day": Expected(SCHOOL | TEACHING | BUREAU, "class"),
    "homework-override": Expected(frozenset({"class_teacher"}), "own_class", post=422),
    "homework-trim": Expected(frozenset({"class_teacher"}), "own_class", post=422),
    "homework-move": Expected(frozenset({"class_teacher"}), "own_class", post=422),
    "homework-withdraw": Expected(TEACHING, "own_class", post=302),
    "homework-public": Expected(SCHOOL | TEACHING | BUREAU | {"guardian"}, "public"),
    "homework-import": Expected(SCHOOL, post=422),
    "finding-list": Expected(BUREAU | SCHOOL | {"class_teacher"}),
    "finding": Expected(BUREAU | SCHOOL | {"class_teacher"}, "finding"),
    "finding-assign": Expected(frozenset({"officer"}), "finding", post=422),
    "finding-assign-many": Expected(frozenset({"officer"}), post=422),
    "finding-rectify": Expected(SCHOOL | {"class_teacher"}, "finding", post=422),
    "finding-verify": Expected(frozenset({"officer", "inspector"}), "finding", post=422),
    "finding-clear": Expected(frozenset({"officer"}), "finding", post=422),
    "indicator": Expected(BUREAU | SCHOOL, "figures"),
    "indicator-school": Expected(BUREAU | SCHOOL, "school"),
    "report-list": Expected(BUREAU),
    "report": Expected(BUREAU, "region"),
    "report-draft-pdf": Expected(BUREAU, "region"),
    "report-sign": Expected(frozenset({"officer"}), "region"),
    "report-correct": Expected(frozenset({"officer"}), "region", post=422),
    "report-remark": Expected(frozenset({"officer"}), "region", post=422),
    "report-remark-withdraw": Expected(frozenset({"officer"}), "region", post=302, only_post=True),
    "report-revision": Expected(BUREAU, "region"),
    "report-pdf": Expected(BUREAU, "region"),
    "report-figure": Expected(BUREAU, "region"),
    "report-figure-school": Expected(BUREAU, "region"),
    "report-class-day": Expected(BUREAU, "region"),
}


@dataclass(frozen=True)
class Person:
    """Roles held, and whose records: places by kind. ``public`` is at least ``class``."""

    roles: frozenset[str]
    classes: frozenset[str] = frozenset()
    own_classes: frozenset[str] = frozenset()  # taught, or class teacher of
    public: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    schools: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    ledger: frozenset[str] = frozenset()  # the one ledger, or nothing: it has no places
    posts: dict[str, int] = field(default_factory=dict)  # answers of this person's own
    is_signed_in: bool = True

    def places(self, kind: str) -> frozenset[str]:
        return {
            "class": self.classes,
            "own_class": self.own_classes,
            "public": self.classes | self.public,
            "finding": self.findings,
            "school": self.schools,
            "figures": self.figures,
            "region": self.regions,
            "ledger": self.ledger,
        }[kind]


PLACES = ("here", "beside", "next", "there")
NOBODY = frozenset()
HERE, BESIDE, NEXT, THERE = (frozenset({each}) for each in PLACES)
OWN_SCHOOL, COUNTY, CITY = HERE | BESIDE, HERE | BESIDE | NEXT, HERE | BESIDE | NEXT | THERE


def _bureau(role: str, places: frozenset[str], **more: object) -> Person:
    return Person(
        frozenset({role}),
        classes=places,
        findings=places,
        schools=places,
        figures=places,
        regions=places,
        **more,
    )


def _school(role: str, places: frozenset[str], county: frozenset[str]) -> Person:
    """The page of a county's figure opens for a school of it, and shows that school alone."""
    return Person(
        frozenset({role}), classes=places, findings=places, schools=places, figures=county
    )


def _head(places: frozenset[str]) -> Person:
    return Person(frozenset({"class_teacher"}), classes=places, own_classes=places, findings=places)


def _teacher(places: frozenset[str], **more: object) -> Person:
    return Person(frozenset({"teacher"}), classes=places, own_classes=places, **more)


# why: who plans a course on that page gets its form back; to all others POST is a look.
FORM_BACK = {"homework-day": 422}
# why: withdrawing another teacher's course is refused on the page itself.
REFUSED = {"homework-withdraw": 422}

PEOPLE: dict[str, Person] = {
    "anonymous": Person(NOBODY, is_signed_in=False),
    "inactive_officer": Person(NOBODY, is_signed_in=False),
    "officer": _bureau("officer", COUNTY),
    "inspector": _bureau("inspector", COUNTY),
    "auditor": _bureau("auditor", COUNTY),
    "city_auditor": _bureau("auditor", CITY, ledger=CITY),
    "city_officer": Person(
        frozenset({"officer"}), CITY, NOBODY, NOBODY, CITY, CITY, CITY, CITY,
        # why: a city's officer sees a county's report and is refused in words to write in it.
        posts={"report-correct": 422, "report-remark": 422},
    ),
    "other_officer": _bureau("officer", THERE),
    "principal": _school("principal", OWN_SCHOOL, COUNTY),
    "school_admin": _school("school_admin", OWN_SCHOOL, COUNTY),
    "principal_of_next": _school("principal", NEXT, COUNTY),
    "other_principal": _school("principal", THERE, THERE),
    "head": _head(HERE),
    "head_of_beside": _head(BESIDE),
    "moved_head": _head(BESIDE),
    "head_of_there": _head(THERE),
    "math": _teacher(HERE, posts=FORM_BACK),
    "chinese": _teacher(HERE, posts=FORM_BACK | REFUSED),
    "stranger": _teacher(THERE, posts=FORM_BACK),
    "teacher_of_next": _teacher(NEXT, posts=FORM_BACK),
    "guardian": Person(frozenset({"guardian"}), public=HERE),
    "guardian_of_beside": Person(frozenset({"guardian"}), public=BESIDE),
    "guardian_of_next": Person(frozenset({"guardian"}), public=NEXT),
    "guardian_of_there": Person(frozenset({"guardian"}), public=THERE),
    "teacher_and_parent": Person(
        frozenset({"teacher", "guardian"}), THERE, THERE, HERE, posts=FORM_BACK | REFUSED
    ),
    "officer_and_auditor": Person(
        frozenset({"officer", "auditor"}), CITY, NOBODY, NOBODY, CITY, CITY, CITY, CITY
    ),
    "officer_and_principal": Person(
        frozenset({"officer", "principal"}), CITY, NOBODY, NOBODY, CITY, CITY, CITY, COUNTY
    ),
    "former_teacher": Person(NOBODY),
    "revoked_officer": Person(NOBODY),
    "future_officer": Person(NOBODY),
}  # fmt: skip


def expected_status(name: str, route: str, place: str, method: str) -> int:
    """What the table says that this person gets."""
    person, expected = PEOPLE[name], ROUTES[route]
    wanted = _answer(person, route, method)
    if expected.roles == PUBLIC:
        return wanted
    if not person.is_signed_in:
        return SIGN_IN
    if expected.roles != SIGNED_IN and not expected.roles & person.roles:
        return WRONG_ROLE
    if expected.only_post and method != "POST":
        return METHOD
    if expected.kind and place not in person.places(expected.kind):
        return NOT_FOUND
    return wanted


def _answer(person: Person, route: str, method: str) -> int:
    """What whoever may use the route gets: POST is with no field filled in, PUT is like a look."""
    if route == "homework-plan" and person.roles == {"guardian"}:
        return 302  # to the one child's public table
    if method != "POST":
        return ROUTES[route].get
    return person.posts.get(route, ROUTES[route].post)
