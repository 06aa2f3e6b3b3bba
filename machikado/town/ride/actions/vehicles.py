"""What happens to a vehicle: it comes into service, is changed, retires."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.people.permissions import require
from machikado.town.ride.actions.keeping import kept
from machikado.town.ride.events.vehicles import VehicleAdded, VehicleChanged, VehicleRetired
from machikado.town.ride.ground import Spot, checked
from machikado.town.ride.models import Layout, RideVehicle, ServiceArea
from machikado.town.ride.seen import MEANWHILE, mark


class CannotChangeVehicle(Cannot):
    """A vehicle that cannot be as it was typed."""

    sentences = {
        "no_name": _("Please write what the vehicle is called, for example 1号車."),
        "name_taken": _("Another vehicle is called %(name)s."),
        "no_depot": _("Please write where the vehicle stands at night."),
        "no_layout": _("Please say how many people fit in: at least one seat or one wheelchair place."),
        "too_many": _("More than 60 seats, 10 wheelchair places or 10 prams do not fit into such a vehicle."),
        "same_layout": _("Two ways to set the seats up are the same."),
        "retired": _("The vehicle is retired already."),
        "meanwhile": MEANWHILE,
        "has_shifts": _("There are shifts after this day: the first on %(day)s. Please move or drop them first."),
    }


@dataclass(frozen=True, slots=True, order=True)
class Fits:
    """What fits in at the same time."""

    seats: int
    wheelchairs: int = 0
    prams: int = 0


@dataclass(frozen=True, slots=True)
class VehicleFacts:
    """What is known of a vehicle; the first layout is the usual one."""

    name: str
    depot_name: str
    depot: Spot
    layouts: tuple[Fits, ...]
    plate: str = ""


def add(*, area: ServiceArea, facts: VehicleFacts, by: Actor, now: datetime) -> RideVehicle:
    """Take a vehicle into service. Raises CannotChangeVehicle, CannotPlace."""
    require(by, may="ride.change_vehicles", on=area)
    columns = _columns(facts)
    with transaction.atomic():
        ServiceArea.objects.select_for_update(no_key=True).get(pk=area.pk)
        _check_name(columns["name"], ())
        vehicle = RideVehicle.objects.create(area=area, made_at=now, **columns)
        _lay_out(vehicle, facts.layouts)
        record(VehicleAdded(code=vehicle.code, layouts=_told(facts)), by=by, now=now)
    return vehicle


def facts_of(vehicle: RideVehicle) -> VehicleFacts:
    """Return what is known of a vehicle."""
    layouts = tuple(Fits(each.seats, each.wheelchairs, each.prams) for each in vehicle.layouts.all())
    depot = Spot(vehicle.depot_lat, vehicle.depot_lon)
    return VehicleFacts(vehicle.name, vehicle.depot_name, depot, layouts, vehicle.plate)


def change(*, vehicle: RideVehicle, facts: VehicleFacts, by: Actor, now: datetime, seen: str = "") -> None:
    """Change a vehicle; `seen` is the mark of what somebody saw of it. Raises CannotChangeVehicle, CannotPlace.

    Raises CannotKeep where somebody could not be fetched as promised with it as it would be.
    """
    require(by, may="ride.change_vehicles", on=vehicle)
    columns = _columns(facts)

    def act() -> None:
        locked = RideVehicle.objects.select_for_update().get(pk=vehicle.pk)
        if seen and seen != mark(facts_of(locked)):
            raise CannotChangeVehicle("meanwhile", seen=mark(facts_of(locked)))
        _check_name(columns["name"], (locked.pk,))
        for name, value in columns.items():
            setattr(locked, name, value)
        locked.save()
        locked.layouts.all().delete()
        _lay_out(locked, facts.layouts)
        record(VehicleChanged(code=locked.code, layouts=_told(facts)), by=by, now=now)

    kept(vehicle.area, act, now)
    vehicle.refresh_from_db()


def retire(*, vehicle: RideVehicle, on: date, by: Actor, now: datetime) -> None:
    """Use a vehicle no more from a day on; what it drove stays. Raises CannotChangeVehicle."""
    require(by, may="ride.change_vehicles", on=vehicle)
    with transaction.atomic():
        locked = RideVehicle.objects.select_for_update().get(pk=vehicle.pk)
        if locked.retired_on is not None:
            raise CannotChangeVehicle("retired")
        later = locked.shifts.filter(day__gte=on, dropped_at=None).order_by("day").first()
        if later is not None:
            raise CannotChangeVehicle("has_shifts", day=later.day)
        locked.retired_on = on
        locked.save(update_fields=["retired_on"])
        record(VehicleRetired(code=locked.code, on=on.isoformat()), by=by, now=now)
    vehicle.refresh_from_db()


def _columns(facts: VehicleFacts) -> dict[str, Any]:
    if not facts.name.strip():
        raise CannotChangeVehicle("no_name")
    if not facts.depot_name.strip():
        raise CannotChangeVehicle("no_depot")
    if not facts.layouts or any(fits.seats + fits.wheelchairs < 1 for fits in facts.layouts):
        raise CannotChangeVehicle("no_layout")
    if any(fits.seats > 60 or fits.wheelchairs > 10 or fits.prams > 10 for fits in facts.layouts):
        raise CannotChangeVehicle("too_many")
    if len(set(facts.layouts)) < len(facts.layouts):
        raise CannotChangeVehicle("same_layout")
    spot = checked(facts.depot.lat, facts.depot.lon)
    return {
        "name": facts.name.strip(),
        "plate": facts.plate.strip(),
        "depot_name": facts.depot_name.strip(),
        "depot_lat": spot.lat,
        "depot_lon": spot.lon,
    }


def _check_name(name: str, own: tuple[int, ...]) -> None:
    if RideVehicle.objects.filter(name=name).exclude(pk__in=own).exists():
        raise CannotChangeVehicle("name_taken", name=name)


def _lay_out(vehicle: RideVehicle, layouts: tuple[Fits, ...]) -> None:
    Layout.objects.bulk_create(
        Layout(vehicle=vehicle, number=number, seats=fits.seats, wheelchairs=fits.wheelchairs, prams=fits.prams)
        for number, fits in enumerate(layouts, 1)
    )


def _told(facts: VehicleFacts) -> list[list[int]]:
    return [[fits.seats, fits.wheelchairs, fits.prams] for fits in facts.layouts]
