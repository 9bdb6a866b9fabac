"""限值的依据: the policy value or the setting behind a finding's limit, and why this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shuangjian.foundation.findings.models import Finding, RuleKind
from shuangjian.foundation.policy.catalogue import UnknownPolicyKeyError
from shuangjian.foundation.policy.leaf import Citation, CitationStatus
from shuangjian.foundation.policy.queries import policy_values, show, show_for_school
from shuangjian.foundation.policy.shown import ShownValue
from shuangjian.foundation.registry.setting import DEFINITIONS, SettingDefinition, choice_in_force
from shuangjian.oversight.supervision.rule import Rule
from shuangjian.oversight.supervision.wording import value_text

SETTING = "setting:"


@dataclass(frozen=True)
class PolicyBasis:
    """政策依据: the value that applied; ``why`` holds every candidate with its reason.

    ``issued_on`` is ``None`` where the day is not known; ``number`` then ends in what is known.
    """

    key: str
    value: ShownValue
    why: Sequence[ShownValue]

    @property
    def citation(self) -> Citation:
        """The document."""
        return self.value.citation

    @property
    def issued_on(self) -> date | None:
        """The day of the document, where it is known to the day."""
        try:
            return date.fromisoformat(self.citation.issued)
        except ValueError:
            return None

    @property
    def number(self) -> str:
        """文号, with the month or year of issue where the day is not known."""
        issued = "" if self.issued_on else self.citation.issued
        return "，".join(part for part in (self.citation.number, issued) if part)

    @property
    def clause(self) -> str:
        """Which clause, and its words."""
        wording = f"“{self.value.wording}”" if self.value.wording else ""
        return "：".join(part for part in (self.citation.clause, wording) if part)

    @property
    def is_verified(self) -> bool:
        """Whether all of the citation was read in a source."""
        return self.citation.status is CitationStatus.VERIFIED and not self.citation.unverified

    @property
    def note(self) -> str:
        """What the value is, since when, why this one, and how far it was checked."""
        band = f"{self.value.band}：" if self.value.band else ""
        said = f"{band}{self.value.value_text}，{self.value.starts_text}起施行。"
        if self.value.why:
            said += f"{self.value.why}。"
        checked = self.value.citation_text.rpartition("〔")[2].removesuffix("〕")
        return f"{said}核对情况：{checked}。"


@dataclass(frozen=True)
class SettingBasis:
    """设置的依据: what was chosen without a document, by whom and why."""

    title: str
    value: str
    owner: str
    reason: str
    chosen_on: date | None


@dataclass(frozen=True)
class Basis:
    """限值的依据: one of the two; neither where the value is not in the library any more.

    ``named`` is what the finding itself carries, and ``citation`` what its rule says.
    """

    named: str
    citation: str
    policy: PolicyBasis | None = None
    setting: SettingBasis | None = None


def basis_of(finding: Finding, *, rule: Rule) -> Basis:
    """Where a finding's limit comes from (限值的依据).

    Args:
        finding: with ``state``, ``region`` and ``school`` at hand.
        rule: the one that found it.
    """
    named = finding.state.policy
    if named.startswith(SETTING):
        definition = DEFINITIONS.get(named.removeprefix(SETTING))
        setting = _setting(definition, finding, rule=rule) if definition is not None else None
        return Basis(named, rule.citation, setting=setting)
    return Basis(named, rule.citation, policy=_policy(finding) if named else None)


def _policy(finding: Finding) -> PolicyBasis | None:
    key = finding.state.policy.partition("@")[0]
    on = finding.effective_on if finding.kind == RuleKind.EVENT else finding.state.facts_on
    try:
        shown = (
            show_for_school(finding.school, key, on=on)
            if finding.school is not None
            else show(key, on=on, region=finding.region.code)
        )
    except UnknownPolicyKeyError:
        return None
    for band in shown.bands:
        for value in band.values:
            if _is_meant(value, finding):
                return PolicyBasis(key, value, band.why)
    # why: the library may have been corrected since; what the finding names is shown as it is now.
    for value in policy_values(finding.state.policy):
        if _is_meant(value, finding):
            return PolicyBasis(key, value, ())
    return None


def _is_meant(value: ShownValue, finding: Finding) -> bool:
    meant = (finding.state.policy, finding.state.limit_value, str(finding.severity))
    return (value.policy, value.value, value.severity) == meant


def _setting(definition: SettingDefinition, finding: Finding, *, rule: Rule) -> SettingBasis:
    """The school's own choice, else the nearest region's, else the default."""
    chosen = choice_in_force(
        definition,
        region=finding.region,
        school_id=finding.school_id,
        on=finding.effective_on,
    )
    is_own = chosen is not None and chosen.value == finding.state.limit_value
    return SettingBasis(
        title=definition.title,
        value=value_text(finding.state.limit_value, unit=rule.unit),
        owner=chosen.owner if chosen is not None and is_own else "默认值",
        reason=chosen.reason if chosen is not None and is_own else definition.reason,
        chosen_on=chosen.starts_on if chosen is not None and is_own else None,
    )
