"""The whole policy tree (政策库): all files of ``policies/`` and of an installation's overlay."""

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shuangjian.foundation.policy.chains import chain_problems
from shuangjian.foundation.policy.document import (
    NOT_ENCODED_FILE,
    SOURCES_FILE,
    Document,
    DocumentReader,
)
from shuangjian.foundation.policy.draft import Draft
from shuangjian.foundation.policy.leaf import (
    BAND_OPEN,
    SCHOOL_KINDS,
    BandKind,
    Leaf,
    NotEncoded,
    PolicyFilesInvalidError,
    PolicyValue,
    Problem,
    Source,
)
from shuangjian.foundation.policy.units import ValueMismatchError, to_smallest


class UnknownPolicyKeyError(LookupError):
    """No leaf has this key (没有这个政策项); ``near`` holds keys that look like it."""

    def __init__(self, key: str, near: tuple[str, ...]) -> None:
        self.key = key
        self.near = near
        hint = f"相近的有：{'、'.join(near)}。" if near else ""
        super().__init__(f"没有政策项「{key}」。{hint}用 policy check 可列出全部政策项。")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All leaves with their values (政策库), valid as a whole.

    ``values_by_key`` is ordered by region, start, band and severity. ``digest`` is of the files.
    """

    leaf_by_key: Mapping[str, Leaf]
    values_by_key: Mapping[str, tuple[PolicyValue, ...]]
    source_by_id: Mapping[str, Source]
    not_encoded: tuple[NotEncoded, ...]
    files: tuple[str, ...]
    digest: str

    def leaf(self, key: str) -> Leaf:
        """The leaf of a key (政策项).

        Raises:
            UnknownPolicyKeyError: no file defines it.
        """
        leaf = self.leaf_by_key.get(key)
        if leaf is None:
            near = difflib.get_close_matches(key, sorted(self.leaf_by_key), n=3, cutoff=0.4)
            raise UnknownPolicyKeyError(key, tuple(near))
        return leaf

    def values(self, key: str) -> tuple[PolicyValue, ...]:
        """Every value ever written for a key, in all regions (时间链)."""
        self.leaf(key)
        return self.values_by_key.get(key, ())


def load_catalogue(
    contents: Mapping[str, bytes], *, known_regions: Collection[str] | None = None
) -> Catalogue:
    """Reads and checks the whole tree (读入政策库): all of it stands, or none.

    Args:
        contents: bytes by the file's place in the tree, such as ``national/homework.toml``.
        known_regions: every region code there is; ``None`` leaves codes unchecked.

    Raises:
        PolicyFilesInvalidError: with every fault found, by file and line.
    """
    problems: list[Problem] = []
    reader_by_name = _readers(contents, problems)
    sources_reader = reader_by_name.pop(SOURCES_FILE, None)
    source_by_id = sources_reader.sources() if sources_reader else {}
    known_sources = frozenset(source_by_id)
    not_encoded_reader = reader_by_name.pop(NOT_ENCODED_FILE, None)
    not_encoded = not_encoded_reader.not_encoded(known_sources) if not_encoded_reader else ()
    documents = [reader.policies(known_sources) for reader in reader_by_name.values()]
    # why: a file that does not parse makes the others look wrong, so the first thing comes first.
    _refuse(problems)
    leaf_by_key = _leaf_by_key(documents, problems)
    values_by_key = _values_by_key(documents, leaf_by_key)
    _refuse_unknown_regions(documents, known_regions, problems)
    _refuse(problems)
    for key, values in values_by_key.items():
        problems.extend(chain_problems(leaf_by_key[key], values))
    _refuse(problems)
    return Catalogue(
        leaf_by_key=leaf_by_key,
        values_by_key=values_by_key,
        source_by_id=source_by_id,
        not_encoded=not_encoded,
        files=tuple(sorted(contents)),
        digest=contents_digest(contents),
    )


def contents_digest(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over all files with their places (政策库指纹), whatever their order."""
    digest = hashlib.sha256()
    for name in sorted(contents):
        digest.update(f"{name}\0{len(contents[name])}\0".encode() + contents[name])
    return digest.hexdigest()


def _readers(contents: Mapping[str, bytes], problems: list[Problem]) -> dict[str, DocumentReader]:
    reader_by_name: dict[str, DocumentReader] = {}
    for name in sorted(contents):
        try:
            text = contents[name].decode("utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(name, 1, "文件不是 UTF-8 编码，请另存为 UTF-8"))
            continue
        reader_by_name[name] = DocumentReader(file=name, text=text, problems=problems)
    return reader_by_name


def _refuse(problems: list[Problem]) -> None:
    if problems:
        ordered = sorted(problems, key=lambda fault: (fault.file, fault.line, fault.message))
        raise PolicyFilesInvalidError(tuple(ordered))


def _leaf_by_key(documents: Sequence[Document], problems: list[Problem]) -> dict[str, Leaf]:
    leaf_by_key: dict[str, Leaf] = {}
    for document in documents:
        for leaf in document.leaves:
            first = leaf_by_key.setdefault(leaf.key, leaf)
            if first is not leaf:
                problems.append(
                    Problem(
                        leaf.file,
                        leaf.line,
                        f"政策项「{leaf.key}」定义了两次，另一处在 {first.file} 第 {first.line} 行",
                    )
                )
    return dict(sorted(leaf_by_key.items()))


def _values_by_key(
    documents: Sequence[Document], leaf_by_key: Mapping[str, Leaf]
) -> dict[str, tuple[PolicyValue, ...]]:
    values_by_key: dict[str, list[PolicyValue]] = defaultdict(list)
    for document in documents:
        for draft in document.drafts:
            leaf = leaf_by_key.get(draft.key)
            if leaf is None:
                draft.table.refuse(f"没有政策项「{draft.key}」的定义（[[leaves]]）", key="key")
            elif (value := _typed(draft, leaf)) is not None:
                values_by_key[draft.key].append(value)
    return {key: tuple(sorted(values_by_key[key], key=_order)) for key in sorted(values_by_key)}


def _order(value: PolicyValue) -> tuple[str, date, int, str, str, int]:
    return (
        value.region,
        value.starts_on,
        value.band_low,
        value.severity,
        value.file,
        value.line,
    )


def _typed(draft: Draft, leaf: Leaf) -> PolicyValue | None:
    number: int | None = None
    if not draft.is_repeal:
        try:
            number = to_smallest(draft.raw, leaf.unit)
        except ValueMismatchError as mismatch:
            draft.table.refuse(f"「{leaf.key}」的取值与单位不符：{mismatch}", key="value")
            return None
    if draft.is_repeal and draft.ends_on is not None:
        draft.table.refuse("废止的条目不写「to」", key="to")
    band = _typed_band(draft, leaf)
    if band is None:
        return None
    return PolicyValue(
        key=leaf.key,
        region=draft.region,
        starts_on=draft.starts_on,
        precision=draft.precision,
        ends_on=draft.ends_on,
        value=number,
        band_low=band[0],
        band_high=band[1],
        school_kinds=draft.school_kinds,
        severity=draft.severity,
        wording=draft.wording,
        citation=draft.citation,
        restated=draft.restated,
        is_expected=draft.is_expected,
        except_regions=draft.except_regions,
        note=draft.note,
        file=draft.table.file,
        line=draft.table.line(),
    )


def _typed_band(draft: Draft, leaf: Leaf) -> tuple[int, int] | None:
    """The band as integers, both ends counted, or ``None`` where it does not fit the leaf."""
    is_banded = draft.band_low is not None or draft.band_high is not None
    if leaf.band is BandKind.SCHOOL_KIND:
        is_known = set(draft.school_kinds) <= set(SCHOOL_KINDS)
        if draft.school_kinds and is_known and not is_banded:
            return (0, BAND_OPEN)
        kinds = "、".join(SCHOOL_KINDS)
        fault = f"「{leaf.key}」按学校类别分档：要写「school_kinds」，可用 {kinds}"
        draft.table.refuse(fault, key="school_kinds")
        return None
    if draft.school_kinds:
        fault = f"「{leaf.key}」不按学校类别分档，不写「school_kinds」"
        draft.table.refuse(fault, key="school_kinds")
        return None
    if leaf.band is BandKind.NONE:
        if is_banded:
            fault = f"「{leaf.key}」不分档，不写「band_low」「band_high」"
            draft.table.refuse(fault, key="band_low")
        return None if is_banded else leaf.domain
    return _range_in_domain(draft, leaf)


def _range_in_domain(draft: Draft, leaf: Leaf) -> tuple[int, int] | None:
    low, high = leaf.domain
    band_low = draft.band_low
    band_high = high if draft.band_high is None else draft.band_high
    if band_low is None:
        fault = f"「{leaf.key}」要写分档「band_low」，范围 {low} 到 {high}"
    elif band_low < low or band_high > high:
        fault = f"「{leaf.key}」的分档 {band_low} 到 {band_high} 超出适用范围 {low} 到 {high}"
    else:
        return (band_low, band_high)
    draft.table.refuse(fault, key="band_low")
    return None


def _refuse_unknown_regions(
    documents: Sequence[Document],
    known_regions: Collection[str] | None,
    problems: list[Problem],
) -> None:
    if known_regions is None:
        return
    for document in documents:
        if document.region not in known_regions:
            problems.append(
                Problem(document.file, 1, f"没有代码为 {document.region} 的地区，请核对文件夹名称")
            )
        for draft in document.drafts:
            for code in draft.except_regions:
                if code not in known_regions:
                    draft.table.refuse(f"没有代码为 {code} 的地区", key="except_regions")
