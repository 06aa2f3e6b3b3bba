"""Questions about vehicles, drivers and shifts."""

from datetime import date, timedelta

from django.db.models import QuerySet

from machikado.town.people.models import Person, Role
from machikado.town.people.queries import staff_of_the_centre
from machikado.town.ride.models import RideVehicle, ServiceArea, VehicleShift


def vehicles_of(area: ServiceArea) -> "QuerySet[RideVehicle]":
    """The vehicles of an area, those in service first."""
    from_fleet = RideVehicle.objects.filter(area=area).prefetch_related("layouts")
    return from_fleet.order_by("retired_on", "name")


def in_service(area: ServiceArea, day: date) -> "QuerySet[RideVehicle]":
    """The vehicles that can be driven on a day."""
    rows = RideVehicle.objects.filter(area=area).exclude(retired_on__lte=day)
    return rows.prefetch_related("layouts").order_by("name")


def drivers() -> "QuerySet[Person]":
    """Who may drive now."""
    return staff_of_the_centre(Role.DRIVER)


def shifts_between(area: ServiceArea, first: date, days: int) -> "QuerySet[VehicleShift]":
    """The shifts of so many service days from a day on."""
    last = first + timedelta(days=days - 1)
    rows = VehicleShift.objects.filter(vehicle__area=area, day__gte=first, day__lte=last, dropped_at=None)
    rows = rows.select_related("vehicle", "driver", "start", "end").prefetch_related("breaks")
    return rows.order_by("day", "vehicle__name", "begins")
