"""What the diary says about one order, in sentences: the newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from machikado.town.common.calendar import weekday_date
from machikado.town.common.models import Detail, Event
from machikado.town.people.models import Person
from machikado.town.work.models import Batch, Order
from machikado.town.work.said import SaidBy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name

SHOWN = 30
STOPPED = (Order.State.SUSPENDED, Order.State.DECLINED, Order.State.CANCELLED)

SENTENCES: dict[str, "StrPromise"] = {
    "work.order_inquired": _("The inquiry came in."),
    "work.inquiry_erased": _("What the inquirer wrote was erased at their request."),
    "work.client_linked": _("The order was linked to its client."),
    "work.order_estimated": _("Estimate %(number)s: %(items)s items at %(unit_yen)s yen, due %(due_on)s."),
    "work.estimate_accepted": _("The client accepted estimate %(number)s."),
    "work.order_stepped": _("The order moved: %(before)s → %(after)s."),
    "work.job_added": _("A job was added: %(price_yen)s yen for %(price_items)s items, %(redundancy)s people each."),
    "work.job_stepped": _("The job moved: %(before)s → %(after)s."),
    "work.batch_previewed": _("An upload was checked: %(rows)s lines, %(problems)s problems."),
    "work.batch_started": _("The import of %(total)s lines began."),
    "work.batch_imported": _("%(total)s lines were imported."),
    "work.batch_failed": _("The import stopped after %(done)s lines."),
    "work.batch_cancelled": _("The import was cancelled."),
    "work.batch_opened": _("%(tasks)s tasks were opened to the workers."),
    "work.delivery_asked": _("Delivery %(number)s was requested: %(tasks)s results."),
    "work.delivery_made": _("Delivery %(number)s was handed over: %(tasks)s results, %(changed)s of them new."),
    "work.delivery_withdrawn": _("Delivery %(number)s was withdrawn: the order stopped before its files were there."),
    "work.delivery_decided": _("The client requested rework of delivery %(number)s: %(rework)s rows."),
}

ACCEPTED = _("The client accepted delivery %(number)s.")
ENTERED = _("%(what)s (%(said_by)s; the centre entered it.)")


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened: when, the sentence; for staff only, who did it, and who said what they entered."""

    at: datetime
    sentence: str
    who: str = ""
    said: str = ""


def story_for_staff(order: Order) -> list[Told]:
    """What happened to an order, its jobs, imports and deliveries, with names."""
    jobs = list(order.jobs.values_list("code", flat=True))
    about = (
        _about_order(order)
        | Q(noun="job", code__in=jobs)
        | Q(noun="batch", code__in=list(Batch.objects.filter(job__order=order).values_list("code", flat=True)))
    )
    events = list(Event.objects.filter(about, kind__in=SENTENCES).order_by("-id")[:SHOWN])
    people = Person.objects.in_bulk([event.actor_person for event in events if event.actor_person])
    said = {row.event_id: row.body.get("who", "") for row in Detail.objects.filter(event_id__in=_entered(events))}
    return [
        Told(event.at, sentence_of(event), str(people.get(event.actor_person or 0, "")), said.get(event.pk, ""))
        for event in events
    ]


def _entered(events: Iterable[Event]) -> list[int]:
    """The events (ids) that staff entered for a client: their detail keeps who said so, until it is erased."""
    return [event.pk for event in events if event.data.get("said_by")]


def events_of(order: Order) -> list[Event]:
    """What happened to the order itself and its deliveries, the oldest first."""
    return list(Event.objects.filter(_about_order(order), kind__in=SENTENCES).order_by("id"))


def _about_order(order: Order) -> Q:
    deliveries = list(order.deliveries.values_list("code", flat=True))
    return Q(noun="order", code=order.code) | Q(noun="delivery", code__in=deliveries)


def sentence_of(event: Event) -> str:
    """The sentence of an event in the language of whoever reads it now."""
    words = ACCEPTED if event.data.get("accepted") else SENTENCES[event.kind]
    shown = {name: _shown(name, value) for name, value in event.data.items()}
    what = str(words) % shown
    return str(ENTERED) % {**shown, "what": what} if event.data.get("said_by") else what


def who_said(event: Event) -> str:
    """Who let it happen: a person, or how a client said so and who entered it."""
    person = Person.objects.filter(pk=event.actor_person).first() if event.actor_person else None
    said_by = dict(SaidBy.choices).get(event.data.get("said_by", ""))
    who = str(person or "")
    return gettext("%(said_by)s (entered by %(who)s)") % {"said_by": said_by, "who": who} if said_by else who


def _shown(name: str, value: Any) -> Any:
    """States by their names, days with their weekday, numbers with their commas."""
    states = {**dict(Order.State.choices), "draft": _("Draft"), "open": _("Open"), "paused": _("Paused")}
    if name in {"before", "after"}:
        return states.get(value, value)
    if name == "said_by":
        return dict(SaidBy.choices).get(value, value)
    if name == "due_on":
        return weekday_date(date.fromisoformat(value))
    return f"{value:,}" if isinstance(value, int) else value


def stop_of(order: Order, events: Iterable[Event]) -> Told | None:
    """When and why the order came to rest or to its early end; None while it has not, no reason where none is kept."""
    last = [event for event in events if event.kind == "work.order_stepped"][-1:]
    if order.state not in STOPPED or not last:
        return None
    detail = Detail.objects.filter(event_id=last[0].pk).first()
    return Told(last[0].at, str(detail.body.get("reason", "")) if detail else "")


def days_of_steps(events: Iterable[Event]) -> dict[str, datetime]:
    """When an order first came into each of its states, as far as the diary says."""
    found: dict[str, datetime] = {}
    state_of = {
        "work.order_inquired": "inquiry",
        "work.order_estimated": "estimated",
        "work.estimate_accepted": "accepted",
    }
    for event in events:
        state = state_of.get(event.kind) or event.data.get(
            "after" if event.kind == "work.order_stepped" else "order_state"
        )
        if state:
            found.setdefault(state, event.at)
    return found
