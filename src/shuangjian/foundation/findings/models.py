"""台账: one list of what breaks a limit, for every area. A finding's life is events only.

The state of a finding is folded from its events by ``life.fold``; the view ``finding_state`` holds
the same fold for lists. The database refuses to change or delete an event.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from shuangjian.foundation.registry.models import Region, School


class RuleKind(models.TextChoices):
    """问题性质: an event never ceases; a state ceases when the facts show it."""

    EVENT = "event", "事件"
    STATE = "state", "状态"


class Severity(models.TextChoices):
    """强度: 不得、必须 are ``must``; 一般、原则上 are ``should``."""

    MUST = "must", "必须"
    SHOULD = "should", "应当"


class EventKind(models.TextChoices):
    """台账动作."""

    OPENED = "opened", "发现"
    ASSIGNED = "assigned", "交办"
    RECTIFIED = "rectified", "整改"
    VERIFIED = "verified", "复核"
    CLEARED = "cleared", "销号"
    REOPENED = "reopened", "重新打开"
    CEASED = "ceased", "情形消失"
    CORRECTED = "corrected", "事实更正"


class Status(models.TextChoices):
    """问题状态: what the events fold to; ``ceased`` and ``corrected`` are not 销号."""

    OPENED = "opened", "待交办"
    ASSIGNED = "assigned", "待整改"
    RECTIFIED = "rectified", "待复核"
    VERIFIED = "verified", "待销号"
    CLEARED = "cleared", "已销号"
    REOPENED = "reopened", "重新打开"
    CEASED = "ceased", "情形已消失"
    CORRECTED = "corrected", "事实已更正"


class Finding(models.Model):
    """问题: one violation of one rule by one subject.

    An event is known by rule, subject and period; a state by rule, subject and episode. Of its
    columns only ``looked_on`` and ``seen_on`` ever change, and only for a state: the day of the
    latest inspection that looked for it, and of the latest that saw it. Where both are the same
    day, the latest inspection still shows it.
    """

    pseudonym = models.UUIDField("代号", default=uuid.uuid4, unique=True, editable=False)
    rule = models.CharField("规则", max_length=80)
    kind = models.CharField("性质", max_length=10, choices=RuleKind.choices)
    area = models.CharField("领域", max_length=20)
    severity = models.CharField("强度", max_length=10, choices=Severity.choices)
    subject = models.CharField("对象", max_length=60)
    period = models.CharField("期间", max_length=20)
    episode = models.PositiveIntegerField("第几次", default=1)
    effective_on = models.DateField("发生日")
    region = models.ForeignKey(Region, models.PROTECT)
    school = models.ForeignKey(School, models.PROTECT, null=True)
    looked_on = models.DateField("最近检查日", null=True)
    seen_on = models.DateField("最近见到日", null=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "问题"
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "period"],
                condition=Q(kind="event"),
                name="finding_event_fingerprint",
            ),
            models.UniqueConstraint(
                fields=["rule", "subject", "episode"],
                condition=Q(kind="state"),
                name="finding_state_fingerprint",
            ),
        ]
        indexes = [
            models.Index(fields=["rule", "effective_on"], name="finding_rule_day"),
            models.Index(fields=["rule", "period"], name="finding_rule_period"),
            models.Index(fields=["school", "effective_on"], name="finding_school_day"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject} {self.period}"


class FindingEvent(models.Model):
    """台账动作记录: one step in a finding's life; never changed, never deleted.

    ``measured`` and ``limit_value`` are in the rule's smallest unit; ``policy`` names the policy
    value that applied. ``passed`` is set on 复核 only: a failed one reopens. ``user_id`` is null
    for an inspection run and for the operator.
    """

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="events")
    kind = models.CharField("动作", max_length=10, choices=EventKind.choices)
    actor = models.CharField("操作人", max_length=80)
    user_id = models.BigIntegerField("账号", null=True)
    note = models.TextField("说明", blank=True)
    evidence = models.TextField("依据", blank=True)
    due_on = models.DateField("限期", null=True)
    passed = models.BooleanField("复核通过", null=True)
    measured = models.BigIntegerField("实测", null=True)
    limit_value = models.BigIntegerField("限值", null=True)
    policy = models.CharField("适用政策", max_length=160, blank=True)
    effective_on = models.DateField("业务日")
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "台账动作"
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["rectified", "verified", "cleared"])
                | Q(user_id__isnull=False),
                name="finding_event_person",
            ),
            models.CheckConstraint(
                condition=~Q(kind="cleared") | ~Q(evidence=""), name="finding_event_evidence"
            ),
            models.CheckConstraint(
                condition=~Q(kind="assigned") | Q(due_on__isnull=False), name="finding_event_due"
            ),
            models.CheckConstraint(
                condition=Q(kind="verified", passed__isnull=False)
                | (~Q(kind="verified") & Q(passed__isnull=True)),
                name="finding_event_passed",
            ),
        ]
        indexes = [models.Index(fields=["finding", "id"], name="finding_event_order")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"


class FindingState(models.Model):
    """问题现状: the view ``finding_state``, one row a finding; equal to ``life.fold``.

    ``is_standing``: the facts, when last looked at, still show the violation. ``facts_on`` and
    ``acted_on`` are the business days of the latest step that came from facts and from a person.
    """

    finding = models.OneToOneField(
        Finding, models.DO_NOTHING, primary_key=True, related_name="state"
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    is_standing = models.BooleanField("情形仍在")
    measured = models.BigIntegerField("实测", null=True)
    limit_value = models.BigIntegerField("限值", null=True)
    policy = models.CharField("适用政策", max_length=160)
    due_on = models.DateField("限期", null=True)
    last_rectifier_id = models.BigIntegerField("最近整改人", null=True)
    facts_on = models.DateField("事实最近变动日")
    acted_on = models.DateField("最近处理日", null=True)
    last_event_id = models.BigIntegerField("最近动作")

    class Meta:
        managed = False
        db_table = "finding_state"
        verbose_name = "问题现状"

    def __str__(self) -> str:
        return f"{self.finding_id} {self.status}"
