"""Why work needs somebody: tasks in hand, pay that is due, papers and records that the law wants with their name."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from machikado.town.common.calendar import town_date
from machikado.town.common.codes import spoken
from machikado.town.law.retention import dealings_kept_until, papers_kept_until
from machikado.town.people.models import Person
from machikado.town.people.traces import Need
from machikado.town.work.models import Assignment, ClientDecision, Estimate, Order, Review, Submission

ENDED = (Order.State.CLOSED, Order.State.DECLINED, Order.State.CANCELLED)


def needs(person: Person, now: datetime) -> list[Need]:
    """The reasons, [] if there are none. Sums and days only, so that whoever reads them learns no more than that."""
    today = town_date(now)
    return [
        *_in_hand(person),
        *_unpaid(person, today),
        *_accounts(person, today),
        *_coordinates(person),
        *_signed(person, today),
        *_objected(person, today),
    ]


def _in_hand(person: Person) -> Iterator[Need]:
    held = Assignment.objects.filter(worker__person=person, state__in=Assignment.HOLDING).count()
    if held:
        sentence = ngettext(
            "They hold %(held)s task; it goes back first.", "They hold %(held)s tasks; those go back first.", held
        )
        yield Need(sentence % {"held": held})


def _handed_in(person: Person) -> QuerySet[Submission]:
    return Submission.objects.filter(assignment__worker__person=person)


def _unpaid(person: Person, today: date) -> Iterator[Need]:
    """Earnings whose last lawful day of payment has not passed; whether they were transferred is not known here."""
    earned = _handed_in(person).exclude(assignment__state=Assignment.State.REJECTED).filter(pay_by__gte=today)
    due = earned.aggregate(yen=Sum("yen"), last=Max("pay_by"))
    if due["yen"]:
        yield Need(
            _("Earnings of %(yen)s yen may not be paid yet.") % {"yen": f"{due['yen']:,}"},
            "フリーランス法 第4条",
            due["last"],
        )


def _accounts(person: Person, today: date) -> Iterator[Need]:
    """Accounts and notices name whoever was paid."""
    last = _handed_in(person).aggregate(last=Max("received_on"))["last"]
    until = papers_kept_until(last, today) if last else None
    if until and until >= today:
        sentence = _("Accounts of what they handed in are kept with the name.")
        yield Need(sentence, "法人税法施行規則 第59条・第67条、消費税法施行令 第50条", until)


def _coordinates(person: Person) -> Iterator[Need]:
    alive = Order.objects.filter(coordinator=person).exclude(state__in=ENDED).order_by("pk")
    codes = [spoken(code) for code in alive.values_list("code", flat=True)[:3]]
    if codes:
        sentence = _("They coordinate orders that have not ended (%(orders)s). Name somebody else first.")
        yield Need(sentence % {"orders": ", ".join(codes)})


def _signed(person: Person, today: date) -> Iterator[Need]:
    """Estimates and acceptances are papers of the trade and bear the name of whoever signed them."""
    estimated = Estimate.objects.filter(made_by=person).aggregate(last=Max("made_at"))["last"]
    decided = ClientDecision.objects.filter(by=person).aggregate(last=Max("made_at"))["last"]
    moments = [moment for moment in (estimated, decided) if moment is not None]
    until = papers_kept_until(town_date(max(moments)), today) if moments else None
    if until and until >= today:
        sentence = _("Estimates or acceptances that they signed are kept with the name.")
        yield Need(sentence, "法人税法施行規則 第59条・第67条", until)


def _objected(person: Person, today: date) -> Iterator[Need]:
    """A worker may ask who sent an answer back, and why, while the records of dealings are kept."""
    signed = Review.objects.filter(Q(by=person) | Q(second_by=person)).exclude(decision=Review.Decision.ACCEPT)
    last = signed.aggregate(last=Max("made_at"))["last"]
    until = dealings_kept_until(town_date(last), today) if last else None
    if until and until >= today:
        sentence = _("Redos and rejections that they signed are kept for the workers.")
        yield Need(sentence, "フリーランス法 第5条、自営型テレワークガイドライン", until)
