"""What work keeps for a time: inquiries that led to nothing, clients' sources, results, records of dealings, papers."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import SYSTEM
from machikado.town.common.models import FileUse
from machikado.town.common.retention import Retention
from machikado.town.people.traces import ERASED
from machikado.town.work.actions import inquiries
from machikado.town.work.models import (
    Assignment,
    Batch,
    ClientDecision,
    Delivery,
    DeliveryFile,
    Estimate,
    Inquiry,
    Order,
    Question,
    Review,
    Settlement,
    Submission,
    Task,
)

ENDED = (Order.State.CLOSED, Order.State.CANCELLED)


def _ended(before: datetime) -> QuerySet[Order]:
    """Orders that came to their end before."""
    return Order.objects.filter(state__in=ENDED, stepped_at__lt=before)


def _remove_inquiries(before: datetime, now: datetime) -> int:
    """Erase inquiries that became no order; one that nobody answered for so long is declined by it."""
    led_to_nothing = Q(state=Order.State.DECLINED) | Q(state=Order.State.INQUIRY, client=None)
    old = Order.objects.filter(led_to_nothing, stepped_at__lt=before, inquiry__isnull=False)
    found = list(old.order_by("pk"))
    for order in found:
        inquiries.forget(order, SYSTEM, now)
    return len(found)


def _remove_sources(before: datetime, now: datetime) -> int:
    """Empty what clients entrusted: tables, images, texts beside the form, true answers, and drafts."""
    tasks = Task.objects.filter(job__order__in=_ended(before))
    full = tasks.exclude(source={}, image=None, known__isnull=True, name="")
    emptied = full.update(source={}, image=None, known=None, name="")
    Assignment.objects.filter(task__in=tasks).exclude(draft={}).update(draft={})
    batches = Batch.objects.filter(job__order__in=_ended(before))
    return emptied + batches.exclude(table=None, problems=[]).update(table=None, problems=[])


def _uses_of_sources(before: datetime) -> QuerySet[FileUse]:
    """The uploads and the images."""
    batches = Batch.objects.filter(job__order__in=_ended(before)).values("pk")
    tasks = Task.objects.filter(job__order__in=_ended(before)).values("pk")
    return FileUse.objects.filter(Q(noun="batch", noun_id__in=batches) | Q(noun="task", noun_id__in=tasks))


def _remove_results(before: datetime, now: datetime) -> int:
    """Empty answers and results; that they were handed in, checked and delivered, and what they earned, stays."""
    tasks = Task.objects.filter(job__order__in=_ended(before))
    answers = Submission.objects.filter(assignment__task__in=tasks).exclude(answer={}).update(answer={})
    Settlement.objects.filter(task__in=tasks).exclude(result={}).update(result={})
    results = tasks.exclude(result={}).exclude(result__isnull=True).update(result={})
    DeliveryFile.objects.filter(delivery__order__in=_ended(before)).delete()
    return answers + results


def _uses_of_results(before: datetime) -> QuerySet[FileUse]:
    """The files of deliveries."""
    deliveries = Delivery.objects.filter(order__in=_ended(before)).values("pk")
    return FileUse.objects.filter(noun="delivery", noun_id__in=deliveries)


def _remove_dealings(before: datetime, now: datetime) -> int:
    """Erase what workers and leaders wrote to each other, and the reasons of checks and settlements."""
    asked = Question.objects.filter(asked_at__lt=before).exclude(text=ERASED)
    asked.exclude(answer="").update(answer=ERASED)
    texts = asked.update(text=ERASED)
    for model in (Review, Settlement):
        texts += model.objects.filter(made_at__lt=before).exclude(reason__in=("", ERASED)).update(reason=ERASED)
    return texts


def _remove_papers(before: datetime, now: datetime) -> int:
    """Erase the words on estimates and acceptances, and the inquiries of orders that ended."""
    notes = Estimate.objects.filter(made_at__lt=before).exclude(note__in=("", ERASED)).update(note=ERASED)
    decided = ClientDecision.objects.filter(made_at__lt=before).exclude(reason__in=("", ERASED))
    inquiries, _by_model = Inquiry.objects.filter(order__in=_ended(before)).delete()
    return notes + decided.update(reason=ERASED) + inquiries


RULES = [
    Retention(
        code="inquiry",
        parameter="keep_inquiry_days",
        what=_("Inquiries that became no order: who asked, and what"),
        counted_from=_("the day on which it was declined; the day it came in, if nobody linked it to a client"),
        stays=_("The order with its code and its steps, without a title."),
        remove=_remove_inquiries,
    ),
    Retention(
        code="source",
        parameter="keep_source_days",
        what=_("What a client entrusted: tables, images, texts beside the form; and drafts"),
        counted_from=_("the end of the order (closed or cancelled)"),
        stays=_("Tasks and their states; the hash of every file."),
        remove=_remove_sources,
        uses=_uses_of_sources,
    ),
    Retention(
        code="result",
        parameter="keep_result_days",
        what=_("Answers, results and the files of deliveries"),
        counted_from=_("the end of the order (closed or cancelled)"),
        stays=_("Who handed in what when and what it earned, without the content; the hash of every file."),
        remove=_remove_results,
        uses=_uses_of_results,
    ),
    Retention(
        code="dealings",
        parameter="keep_dealings_years",
        what=_("Questions and answers between worker and leader; reasons of checks and settlements"),
        counted_from=_("the day on which it was written"),
        stays=_("The decision with its clause, the day and who decided."),
        remove=_remove_dealings,
    ),
    Retention(
        code="papers",
        parameter="keep_papers_accounts_years",
        what=_("Notes on estimates, reasons of acceptances, inquiries of orders"),
        counted_from=_("the day on which it was written, or on which the order ended"),
        stays=_("Figures, dates and the decision."),
        remove=_remove_papers,
    ),
]
