"""Facts about 代理予約の同意: who agreed that whom books for them, how that was said, and when it ended."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Person

TERMS = 1  # the version of the sentences that say what a proxy may see and do (`queries/consents.py`)
DIGITS = 8


class Relation(models.TextChoices):
    """What somebody is to the passenger for whom they book."""

    FAMILY = "family", _("Family member")
    CARE = "care", _("Care manager")
    SUPPORT = "support", _("Supporter")
    OTHER = "other", _("Somebody else")


class BookingConsent(models.Model):
    """代理予約の同意: a passenger lets a proxy book for them. It never changes; it ends once, or by its last day."""

    class How(models.TextChoices):
        SCREEN = "screen", _("On the screen, by the passenger")
        PAPER = "paper", _("On paper")
        PHONE = "phone", _("By telephone")

    class End(models.TextChoices):
        RIDER = "rider", _("Ended by the passenger")
        PROXY = "proxy", _("Ended by who booked")
        DESK = "desk", _("Ended at the desk")
        RENEWED = "renewed", _("Another consent took its place")

    code = CodeField()
    rider = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="booking_consents")
    proxy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="booking_proxies")
    relation = models.CharField(max_length=8, choices=Relation.choices)
    relation_words = models.CharField(max_length=40, blank=True, help_text="what they are, where it is something else")
    how = models.CharField(max_length=8, choices=How.choices)
    given_on = models.DateField(help_text="when it was said, or the day on the paper")
    taken_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="who of the staff heard or saw it"
    )
    terms = models.PositiveSmallIntegerField(default=TERMS, help_text="what they agreed to: a version of sentences")
    begins_at = models.DateTimeField()
    ends_on = models.DateField(null=True, blank=True, help_text="the last day; empty: until somebody ends it")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_as = models.CharField(max_length=8, choices=End.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rider", "proxy"], condition=Q(ended_at=None), name="one_consent_of_two"),
            models.CheckConstraint(condition=~Q(rider=F("proxy")), name="nobody_is_their_own_proxy"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_as="") | Q(ended_at__gte=F("begins_at")) & ~Q(ended_as=""),
                name="consent_is_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(relation=Relation.OTHER) | ~Q(relation_words=""), name="other_relation_is_said"
            ),
        ]

    @property
    def relation_said(self) -> str:
        """What the proxy is to the passenger, in the language that is active now."""
        return self.relation_words or str(self.get_relation_display())


class ConsentInvitation(models.Model):
    """合い言葉: digits that a passenger tells somebody, who types them in once and is their proxy from then on."""

    code = CodeField()
    rider = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    digits = models.CharField(max_length=DIGITS, unique=True)
    relation = models.CharField(max_length=8, choices=Relation.choices)
    relation_words = models.CharField(max_length=40, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    valid_until = models.DateTimeField(help_text="real time")
    consent = models.OneToOneField(BookingConsent, on_delete=models.CASCADE, null=True, related_name="invitation")
