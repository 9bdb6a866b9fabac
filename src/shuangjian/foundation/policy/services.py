"""政策库的写入: taking up changed files, whole or not at all."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from shuangjian.foundation.policy.catalogue import Catalogue, contents_digest, load_catalogue
from shuangjian.foundation.policy.folder import Signature, folder_signature, read_contents
from shuangjian.foundation.policy.leaf import PolicyFilesInvalidError, Problem
from shuangjian.foundation.policy.library import (
    current_catalogue,
    keep,
)
from shuangjian.foundation.policy.models import PolicyEdition
from shuangjian.foundation.policy.publication import publish_rows, subjects_digest
from shuangjian.foundation.registry.models import Region

_LOAD_LOCK = 720_210_001
_SECONDS_BETWEEN_CHECKS = 1.0


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """读入结果: whether the files changed, and why they were refused if they were."""

    is_changed: bool
    problems: tuple[Problem, ...]
    digest: str

    @property
    def is_accepted(self) -> bool:
        """Whether the files on the disk are the ones in use."""
        return not self.problems


def policy_roots() -> tuple[Path, ...]:
    """The shipped folder, then the installation's overlay (政策文件夹)."""
    return (Path(settings.SHUANGJIAN_POLICIES), Path(settings.SHUANGJIAN_DATA) / "policies")


def load_policies(roots: Sequence[Path]) -> LoadOutcome:
    """Takes up the policy files, whole or not at all (读入政策文件).

    Nothing happens while files, regions, schools and schools' own values are the same. Invalid
    files are recorded with the reason and the edition in use stays.

    Args:
        roots: the shipped folder, then overlays; one that does not exist counts as empty.
    """
    try:
        contents = read_contents(roots)
    except OSError as error:
        fault = Problem(Path(str(error.filename)).name, 1, f"读不了这个文件（{error.strerror}）")
        return LoadOutcome(is_changed=False, problems=(fault,), digest="")
    digest = contents_digest(contents)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])
        subjects = subjects_digest()
        latest = PolicyEdition.objects.order_by("-id").first()
        if latest and (latest.digest, latest.subjects_digest) == (digest, subjects):
            problems = _stored_problems(latest)
            return LoadOutcome(is_changed=False, problems=problems, digest=digest)
        problems = ()
        try:
            catalogue = load_catalogue(contents, known_regions=_known_regions())
        except PolicyFilesInvalidError as refusal:
            problems = refusal.problems
            catalogue = current_catalogue()
        # why: refused or not, new schools get their rows from the edition in use.
        publish_rows(catalogue)
        _record_edition(contents, catalogue, problems=problems, subjects=subjects, latest=latest)
    if not problems:
        keep(catalogue)
    return LoadOutcome(is_changed=True, problems=problems, digest=digest)


def _record_edition(
    contents: Mapping[str, bytes],
    catalogue: Catalogue,
    *,
    problems: tuple[Problem, ...],
    subjects: str,
    latest: PolicyEdition | None,
) -> None:
    """A new row for other files or another answer; the same ones only note their new subjects."""
    digest = contents_digest(contents)
    if latest and latest.digest == digest and latest.is_accepted is not bool(problems):
        PolicyEdition.objects.filter(pk=latest.pk).update(subjects_digest=subjects)
        return
    count = sum(len(values) for values in catalogue.values_by_key.values())
    PolicyEdition.objects.create(
        digest=digest,
        subjects_digest=subjects,
        is_accepted=not problems,
        problems=[[fault.file, fault.line, fault.message] for fault in problems],
        contents={} if problems else {name: content.decode() for name, content in contents.items()},
        values_count=0 if problems else count,
    )


def _stored_problems(edition: PolicyEdition) -> tuple[Problem, ...]:
    return tuple(Problem(*fault) for fault in edition.problems)


def _known_regions() -> frozenset[str]:
    return frozenset(Region.objects.values_list("code", flat=True))


class PolicyWatch:
    """政策文件的变动检查: asked at every request, looks at the disk at most once a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looked_at: float | None = None
        self._signature: Signature | None = None

    def take_up_changes(self, roots: Sequence[Path], *, monotonic: float) -> LoadOutcome | None:
        """Loads the files if somebody touched one (不重启即生效).

        Args:
            roots: as for ``load_policies``.
            monotonic: seconds of a clock that only rises, read by the edge.

        Returns:
            What loading said, or ``None`` where nothing was touched or it is too soon to look.
        """
        with self._lock:
            looked_at, self._looked_at = self._looked_at, monotonic
            if looked_at is not None and monotonic - looked_at < _SECONDS_BETWEEN_CHECKS:
                self._looked_at = looked_at
                return None
            signature = folder_signature(roots)
            if signature == self._signature:
                return None
            outcome = load_policies(roots)
            # why: a file that could not be read is tried again.
            self._signature = signature if outcome.digest else None
            return outcome


def republish() -> None:
    """Makes the rows in force again (重新展开) after schools or their own values changed."""
    with transaction.atomic():
        publish_rows(current_catalogue())
        latest = PolicyEdition.objects.order_by("-id").first()
        if latest is not None:
            latest.subjects_digest = subjects_digest()
            latest.save(update_fields=["subjects_digest"])
