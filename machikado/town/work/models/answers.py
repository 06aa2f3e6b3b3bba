"""Assignment, Submission, Review, Settlement: who does a task, what they answered, and what was decided about it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person, Worker
from machikado.town.work.models.tasks import Task


class ShownTerms(models.Model):
    """The terms that a worker saw before starting, once per wording: price, due basis, procedure. Append-only."""

    digest = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the canonical body")
    body = models.JSONField()
    made_at = models.DateTimeField()


class Assignment(models.Model):
    """One worker and one task: a single row for ever, reopened rather than doubled. The lease is in its fields."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Taken")
        STARTED = "started", _("Started")
        SUBMITTED = "submitted", _("Submitted")
        CHECKING = "checking", _("Being checked")
        PASSED = "passed", _("Passed")
        REDO_REQUESTED = "redo_requested", _("Redo requested")
        REJECTED = "rejected", _("Rejected")
        DECLINED = "declined", _("Turned down")
        RELEASED = "released", _("Given back")
        EXPIRED = "expired", _("Expired")

    class LetGo(models.TextChoices):
        FAMILY = "family", _("Family")
        TIRED = "tired", _("Tired")
        UNCLEAR = "unclear", _("The procedure was unclear")
        OTHER = "other", _("Something else")
        NONE = "none", _("No reason given")
        EXPIRED = "expired", _("The time ran out")

    HOLDING = (State.ACCEPTED, State.STARTED, State.REDO_REQUESTED)
    ANSWERED = (State.SUBMITTED, State.CHECKING, State.PASSED)

    code = CodeField()
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    job_id = models.BigIntegerField(help_text="copied from the task, for the worker's own lists")
    state = models.CharField(max_length=14, choices=State.choices)
    accepted_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True, help_text="set while the worker holds the task")
    draft = models.JSONField(default=dict, help_text="what was typed so far; kept after expiry")
    draft_seconds = models.PositiveIntegerField(default=0)
    terms = models.ForeignKey(
        ShownTerms, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    submitted_at = models.DateTimeField(
        null=True, blank=True, help_text="the last submission; kept when it is done again"
    )
    let_go = models.CharField(
        max_length=8, choices=LetGo.choices, blank=True, help_text="how it went back last; never a mark against anybody"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "worker"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "started", "redo_requested"], lease_until__isnull=False)
                | ~Q(state__in=["accepted", "started", "redo_requested"]) & Q(lease_until__isnull=True),
                name="assignment_lease_while_held",
            ),
            models.CheckConstraint(
                condition=Q(terms__isnull=False)
                | Q(state__in=["offered", "accepted", "declined", "released", "expired"]),
                name="assignment_terms_before_start",
            ),
        ]
        indexes = [
            models.Index(fields=["worker", "state"], name="assignment_of_worker"),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="assignment_leases"),
            models.Index(
                fields=["job_id", "submitted_at"], condition=Q(submitted_at__isnull=False), name="assignment_of_job"
            ),
            models.Index(
                fields=["submitted_at"], condition=Q(state__in=["submitted", "checking"]), name="assignment_unchecked"
            ),
        ]


class Submission(models.Model):
    """納品: one answer as it was handed in, never changed. This moment starts the legal payment clock."""

    code = CodeField()
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    attempt = models.PositiveSmallIntegerField(default=1)
    sent_key = models.UUIDField(unique=True, help_text="made with the page: sending twice is one submission")
    answer = models.JSONField()
    unreadable = models.JSONField(default=list, help_text="names of the fields that the worker marked 読めない")
    seconds = models.PositiveIntegerField(help_text="for estimates only, never for pay")
    yen = models.PositiveIntegerField(help_text="earned by this submission; a redo earns nothing again")
    submitted_at = models.DateTimeField()
    received_on = models.DateField(help_text="town date of receipt: day 1 of the legal term (フリーランス法 art. 4)")
    pay_by = models.DateField(
        help_text="the last lawful day of payment, fixed now; depends on no invoice or inspection"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "attempt"], name="submission_attempt")]
        indexes = [models.Index(fields=["submitted_at"], name="submission_by_time")]


class Review(models.Model):
    """検査: what a leader decided about one submission. A rejection waits for a second person."""

    class Decision(models.TextChoices):
        ACCEPT = "accept", _("Accept the answer")
        REDO = "redo", _("Ask to redo")
        REJECT = "reject", _("Reject the answer")

    code = CodeField()
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    decision = models.CharField(max_length=6, choices=Decision.choices)
    clause = models.CharField(max_length=20, blank=True, help_text="of the job's procedure")
    reason = models.TextField(max_length=1000, blank=True)
    author_id = models.BigIntegerField(help_text="person who made the submission, copied for the CHECK")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    second_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="the second person did not agree")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("author_id")), name="review_not_ones_own"),
            models.CheckConstraint(
                condition=Q(second_by__isnull=True) | (~Q(second_by=F("author_id")) & ~Q(second_by=F("by"))),
                name="review_second_is_another",
            ),
            models.CheckConstraint(condition=Q(decision="accept") | ~Q(clause=""), name="review_names_the_clause"),
            models.CheckConstraint(condition=~Q(decision="reject") | ~Q(reason=""), name="review_gives_the_reason"),
        ]
        indexes = [
            models.Index(
                fields=["made_at"],
                condition=Q(decision="reject", second_by__isnull=True, withdrawn_at__isnull=True),
                name="review_waits_for_second",
            )
        ]


class Settlement(models.Model):
    """A leader's decision where answers differ: which value stands for the task, and why."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="settlements")
    result = models.JSONField()
    clause = models.CharField(max_length=20, blank=True)
    reason = models.TextField(max_length=1000, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()


class SettlementUndone(models.Model):
    """A settlement that a leader took back soon after; the settlement's own row stays as it was written."""

    settlement = models.OneToOneField(Settlement, on_delete=models.PROTECT, related_name="undone")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
