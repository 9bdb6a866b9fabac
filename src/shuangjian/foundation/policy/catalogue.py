"""The whole policy tree (政策库): all files of ``policies/`` and of an installation's overlay."""

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shuangjian.foundation.policy.chains import chain_problems
from shuangjian.foundation.policy.document import (
    NOT_ENCODED_FILE,
    SOURCES_FILE,
    Document,
    DocumentReader,
    Draft,
)
from shuangjian.foundation.policy.leaf import (
    BAND_OPEN,
    SCHOOL_KINDS,
    BandKind,
    Leaf,
    NotEncoded,
    PolicyFilesInvalid,
    PolicyValue,
    Problem,
    Source,
)
from shuangjian.foundation.policy.units import ValueMismatch, to_smallest


class UnknownPolicyKey(LookupError):
    """No leaf has this key (没有这个政策项); ``near`` holds keys that look like it."""

    def __init__(self, key: str, near: tuple[str, ...]) -> None:
        self.key = key
        self.near = near
        hint = f"相近的有：{'、'.join(near)}。" if near else ""
        super().__init__(f"没有政策项「{key}」。{hint}用 policy check 可列出全部政策项。")


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A file that counts (生效文件): its place in the tree and on the disk."""

    file: str
    path: Path
    is_overlay: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All leaves with their values (政策库), valid as a whole.

    ``values_by_key`` is ordered by region, start, band and severity. ``digest`` is of the files.
    """

    leaf_by_key: Mapping[str, Leaf]
    values_by_key: Mapping[str, tuple[PolicyValue, ...]]
    source_by_id: Mapping[str, Source]
    not_encoded: tuple[NotEncoded, ...]
    files: tuple[PolicyFile, ...]
    digest: str

    def leaf(self, key: str) -> Leaf:
        """The leaf of a key (政策项).

        Raises:
            UnknownPolicyKey: no file defines it.
        """
        leaf = self.leaf_by_key.get(key)
        if leaf is None:
            near = difflib.get_close_matches(key, sorted(self.leaf_by_key), n=3, cutoff=0.4)
            raise UnknownPolicyKey(key, tuple(near))
        return leaf

    def values(self, key: str) -> tuple[PolicyValue, ...]:
        """Every value ever written for a key, in all regions (时间链)."""
        self.leaf(key)
        return self.values_by_key.get(key, ())


def policy_files(roots: Sequence[Path]) -> tuple[PolicyFile, ...]:
    """The files that count, in the order of their names.

    Args:
        roots: the shipped folder first; a later root adds files, and replaces one of the same name.
    """
    file_by_name: dict[str, PolicyFile] = {}
    for index, root in enumerate(roots):
        for path in root.rglob("*.toml"):
            name = path.relative_to(root).as_posix()
            if not any(part.startswith(".") for part in name.split("/")):
                file_by_name[name] = PolicyFile(name, path, is_overlay=index > 0)
    return tuple(file_by_name[name] for name in sorted(file_by_name))


def load_catalogue(
    roots: Sequence[Path], *, known_regions: Collection[str] | None = None
) -> Catalogue:
    """Reads and checks the whole tree (读入政策库): all of it stands, or none.

    Args:
        roots: the shipped folder, then overlays.
        known_regions: every region code there is; ``None`` leaves codes unchecked.

    Raises:
        PolicyFilesInvalid: with every fault found, by file and line.
    """
    problems: list[Problem] = []
    files = policy_files(roots)
    digest = hashlib.sha256()
    reader_by_name: dict[str, DocumentReader] = {}
    for policy_file in files:
        content = policy_file.path.read_bytes()
        digest.update(f"{policy_file.file}\0{len(content)}\0".encode() + content)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            problems.append(Problem(policy_file.file, 1, "文件不是 UTF-8 编码，请另存为 UTF-8"))
            continue
        reader_by_name[policy_file.file] = DocumentReader(
            file=policy_file.file, text=text, problems=problems
        )
    sources_reader = reader_by_name.pop(SOURCES_FILE, None)
    source_by_id = sources_reader.sources() if sources_reader else {}
    known_sources = frozenset(source_by_id)
    not_encoded_reader = reader_by_name.pop(NOT_ENCODED_FILE, None)
    not_encoded = not_encoded_reader.not_encoded(known_sources) if not_encoded_reader else ()
    documents = [reader.policies(known_sources) for reader in reader_by_name.values()]
    # A file that does not parse would make every other one look wrong: say the first thing first.
    _refuse(problems)
    leaf_by_key = _leaf_by_key(documents, problems)
    values_by_key = _values_by_key(documents, leaf_by_key, problems)
    _refuse_unknown_regions(documents, known_regions, problems)
    _refuse(problems)
    for key, values in values_by_key.items():
        problems.extend(chain_problems(leaf_by_key[key], values))
    _refuse(problems)
    return Catalogue(
        leaf_by_key, values_by_key, source_by_id, not_encoded, files, digest.hexdigest()
    )


def _refuse(problems: list[Problem]) -> None:
    if problems:
        ordered = sorted(problems, key=lambda fault: (fault.file, fault.line, fault.message))
        raise PolicyFilesInvalid(tuple(ordered))


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
    documents: Sequence[Document], leaf_by_key: Mapping[str, Leaf], problems: list[Problem]
) -> dict[str, tuple[PolicyValue, ...]]:
    values_by_key: dict[str, list[PolicyValue]] = defaultdict(list)
    for document in documents:
        for draft in document.drafts:
            leaf = leaf_by_key.get(draft.key)
            if leaf is None:
                draft.table.refuse(f"没有政策项「{draft.key}」的定义（[[leaves]]）", key="key")
            elif (value := _typed(draft, leaf)) is not None:
                values_by_key[draft.key].append(value)
    return {
        key: tuple(
            sorted(values_by_key[key], key=lambda v: (v.region, v.starts_on, v.band_low, v.severity))
        )
        for key in sorted(values_by_key)
    }


def _typed(draft: Draft, leaf: Leaf) -> PolicyValue | None:
    number: int | None = None
    if not draft.is_repeal:
        try:
            number = to_smallest(draft.raw, leaf.unit)
        except ValueMismatch as mismatch:
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
    refuse = draft.table.refuse
    is_banded = draft.band_low is not None or draft.band_high is not None
    if leaf.band is BandKind.SCHOOL_KIND:
        unknown = [kind for kind in draft.school_kinds if kind not in SCHOOL_KINDS]
        if unknown or not draft.school_kinds or is_banded:
            refuse(
                f"「{leaf.key}」按学校类别分档：要写「school_kinds」，可用 {'、'.join(SCHOOL_KINDS)}",
                key="school_kinds",
            )
            return None
        return (0, BAND_OPEN)
    if draft.school_kinds:
        refuse(f"「{leaf.key}」不按学校类别分档，不写「school_kinds」", key="school_kinds")
        return None
    if leaf.band is BandKind.NONE:
        if is_banded:
            refuse(f"「{leaf.key}」不分档，不写「band_low」「band_high」", key="band_low")
            return None
        return leaf.domain
    low, high = leaf.domain
    if draft.band_low is None:
        refuse(f"「{leaf.key}」要写分档「band_low」，范围 {low} 到 {high}", key="band_low")
        return None
    band_high = high if draft.band_high is None else draft.band_high
    if draft.band_low < low or band_high > high:
        refuse(
            f"「{leaf.key}」的分档 {draft.band_low} 到 {band_high} 超出适用范围 {low} 到 {high}",
            key="band_low",
        )
        return None
    return (draft.band_low, band_high)


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
                Problem(document.file, 1, f"没有代码为 {document.region} 的地区，请核对文件夹的名称")
            )
        for draft in document.drafts:
            for code in draft.except_regions:
                if code not in known_regions:
                    draft.table.refuse(f"没有代码为 {code} 的地区", key="except_regions")
