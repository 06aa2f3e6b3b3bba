"""Makes what tests of suspensions begin with: snow tomorrow morning, and people whom only the telephone reaches."""

from copy import copy
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models.base import ModelState

from machikado.town.common.actors import SYSTEM
from machikado.town.common.codes import new_code
from machikado.town.people.models import Account, Person
from machikado.town.ride.actions import callers, suspending
from machikado.town.ride.actions.area import NewSuspension
from machikado.town.ride.actions.callers import NewCaller
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import Booking, CallList, DayPlan, Offer, PlanStep, ServiceArea, VehicleShift
from machikado.town.ride.tests.makings import NOON
from machikado.town.ride.tests.riding import TOMORROW, a_riding_town, booked


def snow(begins: int = 540, ends: int | None = 720, note: str = "") -> NewSuspension:
    """From nine until noon tomorrow, in minutes of that day; None until further notice."""
    until = moment_of(TOMORROW, ends) if ends is not None else None
    return NewSuspension("snow", moment_of(TOMORROW, begins), until, note)


def on_the_telephone(name: str = "百瀬", phone: str = "0263-00-1234") -> Person:
    """Somebody with a land line, who is told by telephone."""
    return callers.meet(new=NewCaller(name, "はな", "ももせ", phone), by=SYSTEM, now=NOON)


def suspended(area: ServiceArea, by: Any = SYSTEM, now: datetime = NOON, **times: Any) -> CallList:
    """Suspend the bus for snow, and cancel what is promised then."""
    return suspending.suspend_all(area=area, new=snow(**times), by=by, now=now).call_list


def a_suspended_ride(cast: Any, rider: Person | None = None) -> Booking:
    """A ride of tomorrow at ten that snow has taken."""
    area = a_riding_town(cast)
    ride = booked(area, rider or on_the_telephone())
    suspended(area)
    return Booking.objects.get(pk=ride.pk)


def copied(ride: Booking, count: int) -> None:
    """As many rides like this one, by telephone and on the screen in turn, on the shifts of its day in turn.

    Rows alone: no engine planned them, as that would take hundreds minutes; so the plan does not play again.
    """
    plan, shifts = DayPlan.objects.get(), list(VehicleShift.objects.order_by("pk"))
    riders = [Person(family_name=f"人{each}", channel=("call", "screen")[each % 2]) for each in range(count)]
    Person.objects.bulk_create(riders)
    sign_in = [each for each in riders if each.channel == "screen"]
    Account.objects.bulk_create(Account(person=each, email=f"{each.pk}@example.jp", made_at=NOON) for each in sign_in)
    made = [_like(ride, rider=rider, sent_key=uuid4()) for rider in riders]
    Booking.objects.bulk_create(made)
    Offer.objects.bulk_create(_like(ride.promise, booking=each) for each in made)
    steps = list(ride.steps.order_by("position"))
    PlanStep.objects.bulk_create(
        PlanStep(
            plan=plan,
            shift=shifts[number % len(shifts)],
            position=len(steps) * (number + 1) + place,
            action=step.action,
            booking=each,
            begins=step.begins,
            leaves=step.leaves,
        )
        for number, each in enumerate(made)
        for place, step in enumerate(steps)
    )


def _like(row: Any, **changes: Any) -> Any:
    """The same again under another code."""
    made = copy(row)
    for name, value in {"pk": None, "id": None, "code": new_code(), **changes}.items():
        setattr(made, name, value)
    made._state = ModelState()
    return made
