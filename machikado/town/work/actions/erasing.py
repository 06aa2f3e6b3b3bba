"""What work erases of a person, and what it keeps: one table, for the preview and for the deed."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.models import Event
from machikado.town.people.models import Person
from machikado.town.people.traces import ERASED, Trace
from machikado.town.work.models import (
    Assignment,
    ClientDecision,
    Estimate,
    Inquiry,
    Question,
    Review,
    Settlement,
    Submission,
)


def _drafts(person: Person) -> QuerySet[Assignment]:
    return Assignment.objects.filter(worker__person=person).exclude(draft={})


def _questions(person: Person) -> QuerySet[Question]:
    """What this person asked; the answers speak to them."""
    return Question.objects.filter(worker__person=person)


def _answers(person: Person) -> QuerySet[Question]:
    return Question.objects.filter(answered_by=person)


def _erase_questions(person: Person) -> None:
    _questions(person).exclude(answer="").update(answer=ERASED)
    _questions(person).update(text=ERASED)
    _answers(person).update(answer=ERASED)


def _reviews(person: Person) -> QuerySet[Review]:
    """Reasons that this person wrote, or that were written about their answers."""
    return Review.objects.filter(Q(by=person) | Q(author_id=person.pk)).exclude(reason="")


def _settlements(person: Person) -> QuerySet[Settlement]:
    """Reasons that this person wrote, or that were written where their answer differed."""
    answered = Submission.objects.filter(assignment__worker__person=person).values("assignment__task")
    return Settlement.objects.filter(Q(by=person) | Q(task__in=answered)).exclude(reason="")


def _decisions(person: Person) -> QuerySet[ClientDecision]:
    return ClientDecision.objects.filter(by=person).exclude(reason="")


def _estimates(person: Person) -> QuerySet[Estimate]:
    return Estimate.objects.filter(made_by=person).exclude(note="")


def _inquiries(person: Person) -> QuerySet[Inquiry]:
    """Inquiries that this person sent while signed in: the diary knows, a name or an address would not do."""
    sent = Event.objects.filter(kind="work.order_inquired", actor_person=person.pk)
    return Inquiry.objects.filter(order__code__in=sent.values("code"))


def _erase_inquiries(person: Person) -> None:
    """Take out who asked; what was asked belongs to the order."""
    unknown = f"{person.code.lower()}@erased.invalid"
    _inquiries(person).update(person_name=ERASED, email=unknown, phone="")


TRACES = [
    Trace(
        what=_("Drafts"),
        count=lambda person: _drafts(person).count(),
        erase=lambda person: _drafts(person).update(draft={}),
    ),
    Trace(
        what=_("Questions and answers between worker and leader"),
        count=lambda person: (_questions(person) | _answers(person)).count(),
        erase=_erase_questions,
    ),
    Trace(
        what=_("Reasons of checks, by this person or about their answers"),
        count=lambda person: _reviews(person).count(),
        erase=lambda person: _reviews(person).update(reason=ERASED),
    ),
    Trace(
        what=_("Reasons of settlements, by this person or about their answers"),
        count=lambda person: _settlements(person).count(),
        erase=lambda person: _settlements(person).update(reason=ERASED),
    ),
    Trace(
        what=_("Reasons that this person gave as a client"),
        count=lambda person: _decisions(person).count(),
        erase=lambda person: _decisions(person).update(reason=ERASED),
    ),
    Trace(
        what=_("Notes on estimates that this person made"),
        count=lambda person: _estimates(person).count(),
        erase=lambda person: _estimates(person).update(note=ERASED),
    ),
    Trace(
        what=_("Name and contact in inquiries that this person sent"),
        count=lambda person: _inquiries(person).count(),
        erase=_erase_inquiries,
    ),
    Trace(
        what=_("Answers handed in, with what they earned"),
        count=lambda person: Submission.objects.filter(assignment__worker__person=person).count(),
        because=_("They are the client's results and the centre's accounts; without the name."),
    ),
]
