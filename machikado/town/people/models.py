"""Who: the town, persons, accounts, organisations and their roles, workers, and what was told to whom."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Grant
from machikado.town.common.codes import CodeField


class Town(models.Model):
    """The one town that this installation serves; a single row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80)
    name_kana = models.CharField(max_length=160)
    municipality_code = models.CharField(max_length=6, help_text="全国地方公共団体コード, six digits")
    legal_entity = models.CharField(max_length=160, help_text="who signs contracts")
    address = models.CharField(max_length=200, blank=True)
    desk_phone = models.CharField(max_length=20, blank=True)
    is_sample = models.BooleanField(default=False, help_text="made-up people; nobody is paid")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="town_is_one_row")]

    def __str__(self) -> str:
        return self.name


class Channel(models.TextChoices):
    """How a person wants to be told."""

    SCREEN = "screen", _("On this page")
    MAIL = "mail", _("E-mail")
    SMS = "sms", _("SMS")
    PUSH = "push", _("Notification on the phone")
    LINE = "line", _("LINE")
    LETTER = "letter", _("Letter")
    CALL = "call", _("Phone call")


class Person(models.Model):
    """A human being. Many residents never sign in, so a person is not an account."""

    code = CodeField()
    family_name = models.CharField(max_length=60)
    given_name = models.CharField(max_length=60, blank=True)
    family_kana = models.CharField(max_length=60, blank=True)
    given_kana = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.SCREEN)
    is_sample = models.BooleanField(default=False)
    pseudonymised_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()


class ContactPoint(models.Model):
    """A way to reach a person. A land line may be shared, so nothing here is unique and nothing here signs in."""

    class Kind(models.TextChoices):
        MAIL = "mail", _("E-mail")
        PHONE = "phone", _("Phone")
        ADDRESS = "address", _("Address")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    value = models.CharField(max_length=200)


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by e-mail whatever its capital letters."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """Return the account that signs in with this e-mail address. Raises DoesNotExist."""
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A sign-in: e-mail and password (argon2). Belongs to exactly one person."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    email = models.EmailField(unique=True)
    language = models.CharField(max_length=2, default="ja")
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()
    # The roles that the person held when the request began; None unless the account was loaded for one (backends.py).
    grants: frozenset[Grant] | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(email=Lower("email")), name="account_email_lower")]

    def __str__(self) -> str:
        return f"account {self.pk}"


class Organisation(models.Model):
    """The centre itself, a client, a city office or a partner town."""

    class Kind(models.TextChoices):
        CENTRE = "centre", _("Regional centre")
        CLIENT = "client", _("Client")
        CITY = "city", _("City office")
        PARTNER = "partner", _("Partner town")

    code = CodeField()
    name = models.CharField(max_length=120)
    name_kana = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    is_sample = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a membership lets a person do. The centre gives the staff roles, a client's organisation gives CLIENT."""

    COORDINATOR = "coordinator", _("Coordinator")
    LEADER = "leader", _("Leader")
    WORKER = "worker", _("Worker")
    CLIENT = "client", _("Client")
    TRANSPORT = "transport", _("Transport manager")
    DRIVER = "driver", _("Driver")
    ACCOUNTANT = "accountant", _("Accountant")
    OFFICIAL = "official", _("City official")


class Membership(models.Model):
    """A person holds a role in an organisation, from a time until a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"], condition=Q(until=None), name="membership_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="membership_ends_later"),
        ]


class Machine(models.Model):
    """A program that works as somebody's subordinate: a named human answers for everything it does."""

    code = CodeField()
    name = models.CharField(max_length=80)
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="machines")


class Worker(models.Model):
    """自営型テレワーカー (or a machine): who can hold an assignment. Exactly one of person and machine."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        BRIEFED = "briefed", _("Briefed")
        REGISTERED = "registered", _("Registered")
        TRAINING = "training", _("In training")
        CERTIFIED = "certified", _("Certified")
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Resting for a while")
        GRADUATED = "graduated", _("Graduated")
        LEFT = "left", _("Has left")

    code = CodeField()
    person = models.OneToOneField(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="worker")
    machine = models.OneToOneField(Machine, null=True, blank=True, on_delete=models.PROTECT, related_name="worker")
    state = models.CharField(max_length=12, choices=State.choices, default=State.APPLIED)
    usual_minutes = models.PositiveSmallIntegerField(
        default=25, help_text="the answer given last to 今、何分ありますか"
    )
    resting_on = models.DateField(null=True, blank=True, help_text="said 今日は無理 on this day; costs nothing")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, machine__isnull=True) | Q(person__isnull=True, machine__isnull=False),
                name="worker_is_person_or_machine",
            )
        ]

    @property
    def author_id(self) -> int:
        """The person who counts as author of this worker's answers (for a machine: who answers for it)."""
        if self.person_id is not None:
            return self.person_id
        assert self.machine is not None  # by the CHECK above
        return self.machine.responsible_id


class Message(models.Model):
    """Something told to a person, on the channel that the person chose: the intent of sending."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting to be sent")
        SENT = "sent", _("Sent")
        READ = "read", _("Read")
        FAILED = "failed", _("Could not be sent")

    code = CodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="messages")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    kind = models.CharField(max_length=40, help_text="which sentence, e.g. work.redo_requested")
    params = models.JSONField(default=dict, help_text="what fills the sentence: codes and numbers, no names")
    url = models.CharField(max_length=200, blank=True, help_text="a path of this site")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-made_at"], name="message_of_person"),
            models.Index(fields=["channel", "id"], condition=Q(state="waiting"), name="message_waiting"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="message_unread"),
        ]


class Guest(models.Model):
    """電話番号だけの利用者: who comes by a mobile number and a code sent to it, without a sign-in.

    The number stands for one person of its own, never for somebody whom the town knows under it already: a code proves
    a number and not who holds it. Times of the code are real time.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="guest")
    number = models.CharField(max_length=11, unique=True, help_text="digits only")
    is_named = models.BooleanField(default=False, help_text="they said how they are called")
    asked_at = models.DateTimeField(help_text="when a code was sent last, in town time")
    digest = models.CharField(max_length=64, blank=True, help_text="of the code that is open")
    sent_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0, help_text="wrong ones since the last right one")
    closed_until = models.DateTimeField(null=True, blank=True, help_text="too many were wrong")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


class SendResult(models.Model):
    """What came of one try to send a message outside; written after sending, never in the intent's transaction."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="results")
    at = models.DateTimeField()
    ok = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)


class Invitation(models.Model):
    """招待: somebody may come in for a client. The link is signed and stands in no row (`invitation_links`)."""

    class State(models.TextChoices):
        WRITTEN = "written", _("To be handed over on paper")
        WAITING = "waiting", _("E-mail on its way")
        SENT = "sent", _("Sent by e-mail")
        FAILED = "failed", _("E-mail could not be sent")
        OPENED = "opened", _("Link opened")
        USED = "used", _("Accepted the invitation")
        EXPIRED = "expired", _("The date has passed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    code = CodeField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="invitations", help_text="who is invited; then who came in"
    )
    url = models.CharField(max_length=200, help_text="a path of this site: where one lands")
    issue = models.PositiveSmallIntegerField(default=1, help_text="counts the links; only the newest one opens")
    message = models.ForeignKey(Message, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    issued_at = models.DateTimeField(help_text="when the newest link was made")
    valid_until = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(withdrawn_at=None), name="invitation_used_or_withdrawn"
            )
        ]

    def is_open(self, today: date) -> bool:
        """Whether the newest link still opens."""
        return self.used_at is None and self.withdrawn_at is None and self.valid_until >= today

    def state_on(self, today: date) -> "Invitation.State":
        """How far the invitation has come, by the latest that is known of it."""
        if self.used_at is not None:
            return self.State.USED
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.valid_until < today:
            return self.State.EXPIRED
        if self.opened_at is not None:
            return self.State.OPENED
        if self.message is None:
            return self.State.WRITTEN
        sent = {Message.State.WAITING: self.State.WAITING, Message.State.FAILED: self.State.FAILED}
        return sent.get(Message.State(self.message.state), self.State.SENT)


class ApiToken(models.Model):
    """A token of an organisation for /api/v1: a visible prefix and the SHA-256 of the secret; scopes and an end."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="api_tokens")
    responsible = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
