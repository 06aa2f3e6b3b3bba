"""What can go wrong with a day, and the day with that written into it, before anything is put right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import TypeVar

from machikado.engines.dispatch.promises import Agenda, Band, Promise, bound
from machikado.engines.dispatch.words import Action, Request, Rider, Step, Vehicle, Visit


class BadMishap(ValueError):
    """Something that cannot have happened on that day; says why."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody does not want to be fetched any more."""

    name: str


@dataclass(frozen=True, slots=True)
class NoShow:
    """Somebody was not at the stop; a vehicle that is there has served it, so that they seem to sit in it."""

    name: str


@dataclass(frozen=True, slots=True)
class Delayed:
    """A vehicle can go on only that much later."""

    vehicle: str
    by: int


@dataclass(frozen=True, slots=True)
class BrokenDown:
    """A vehicle drives no more; who sits in it waits at that place from then on."""

    vehicle: str
    place: int
    at: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Nobody can be fetched from or brought to a place; another one takes its place."""

    place: int
    instead: int


Somewhere = TypeVar("Somewhere", Visit, Band)
Mishap = Cancelled | NoShow | Delayed | BrokenDown | Closed


class Draft:
    """An agenda in pieces: what is wanted, by name, and each vehicle's order.

    Who was promised nothing is promised their windows. `told` are the promises before it all, `stranded` those who wait
    where a vehicle broke down, `dropped` those who are not to be fetched and know it.
    """

    def __init__(self, agenda: Agenda, now: int) -> None:
        """Take the agenda apart."""
        self.now = now
        self.travel = agenda.problem.travel
        self.promises = _windows(agenda) | {promise.name: promise for promise in agenda.promises}
        self.requests = {request.name: self._full(request) for request in agenda.problem.requests}
        self.vehicles = {
            vehicle.name: replace(vehicle, aboard=tuple(map(self._seated, vehicle.aboard)))
            for vehicle in agenda.problem.vehicles
        }
        self.steps = {route.vehicle: list(route.steps) for route in agenda.plan.routes}
        self.told = dict(self.promises)
        self.stranded: list[str] = []
        self.dropped: set[str] = set()

    def _full(self, request: Request) -> Request:
        """All of what was promised, with what was kept for traffic."""
        return bound(request, self.promises[request.name]) if request.name in self.promises else request

    def _seated(self, rider: Rider) -> Rider:
        promise = self.promises[rider.name]
        delivery = replace(rider.delivery, open=promise.arrival.open, close=promise.arrival.close)
        return replace(rider, delivery=delivery, max_ride=promise.max_ride)

    def vehicle(self, name: str) -> Vehicle:
        """Return a vehicle. Raises BadMishap if there is none of that name."""
        if name not in self.vehicles:
            raise BadMishap(f"there is no vehicle {name!r}")
        return self.vehicles[name]

    def carrier(self, name: str) -> str | None:
        """Return the vehicle in which somebody sits."""
        found = [car.name for car in self.vehicles.values() if any(rider.name == name for rider in car.aboard)]
        return found[0] if found else None

    def forget(self, name: str) -> None:
        """Take somebody out of everything; a vehicle that is on its way to fetch them still drives there."""
        for car in list(self.vehicles.values()):
            if car.locked[:1] == (Step(name, Action.PICKUP),):
                place = self.requests[name].pickup.place
                there = car.open + int(self.travel[car.start, place])
                car = replace(car, start=place, open=there, locked=car.locked[1:])
            aboard = tuple(rider for rider in car.aboard if rider.name != name)
            locked = tuple(step for step in car.locked if step.name != name)
            self.vehicles[car.name] = replace(car, aboard=aboard, locked=locked)
            self.steps[car.name] = [step for step in self.steps[car.name] if step.name != name]
        self.requests.pop(name, None)
        self.promises.pop(name, None)
        self.stranded = [each for each in self.stranded if each != name]


def _windows(agenda: Agenda) -> dict[str, Promise]:
    """The windows of all who are fetched or sit in a vehicle, as if they had been promised."""
    found = {}
    for request in agenda.problem.requests:
        if request.name not in agenda.plan.unserved:
            pickup = replace(request.pickup, close=min(request.pickup.close, request.pickup.open + request.max_wait))
            found[request.name] = _promised(request.name, pickup, request.delivery, request.max_ride)
    for rider in (rider for vehicle in agenda.problem.vehicles for rider in vehicle.aboard):
        found[rider.name] = _promised(rider.name, rider.delivery, rider.delivery, rider.max_ride)
    return found


def _promised(name: str, pickup: Visit, delivery: Visit, max_ride: int) -> Promise:
    fetched, brought = (Band(visit.place, visit.open, visit.close) for visit in (pickup, delivery))
    return Promise(name, fetched, brought, max_ride)


def write(agenda: Agenda, mishaps: Sequence[Mishap], now: int) -> Draft:
    """Return the agenda with what happened. Raises BadMishap for what cannot have happened."""
    draft = Draft(agenda, now)
    for mishap in mishaps:
        _write(mishap, draft)
    return draft


@singledispatch
def _write(mishap: Mishap, draft: Draft) -> None:
    raise BadMishap(f"{mishap} is nothing that can happen")


@_write.register
def _cancelled(mishap: Cancelled, draft: Draft) -> None:
    if mishap.name not in draft.requests:
        raise BadMishap(f"{mishap.name}: nobody of that name waits to be fetched")
    draft.forget(mishap.name)
    draft.dropped.add(mishap.name)


@_write.register
def _no_show(mishap: NoShow, draft: Draft) -> None:
    if mishap.name not in draft.requests and draft.carrier(mishap.name) is None:
        raise BadMishap(f"{mishap.name}: nobody of that name is expected")
    draft.forget(mishap.name)
    draft.dropped.add(mishap.name)


@_write.register
def _delayed(mishap: Delayed, draft: Draft) -> None:
    vehicle = draft.vehicle(mishap.vehicle)
    if mishap.by < 0:
        raise BadMishap(f"{mishap.vehicle} cannot be late by {mishap.by}")
    ready = vehicle.open if vehicle.locked else max(vehicle.open, draft.now)
    draft.vehicles[vehicle.name] = replace(vehicle, open=ready + mishap.by)


@_write.register
def _broken_down(mishap: BrokenDown, draft: Draft) -> None:
    vehicle = draft.vehicle(mishap.vehicle)
    if not 0 <= mishap.place < len(draft.travel):
        raise BadMishap(f"{vehicle.name} cannot stand at {mishap.place}: there is no such place")
    del draft.vehicles[vehicle.name], draft.steps[vehicle.name]
    for rider in vehicle.aboard:
        draft.requests[rider.name] = _stranded(rider, mishap)
        draft.stranded.append(rider.name)


def _stranded(rider: Rider, mishap: BrokenDown) -> Request:
    """Somebody to be fetched from beside the road; how long they sit in all no longer counts, their arrival does."""
    return Request(rider.name, Visit(mishap.place, mishap.at), rider.delivery, rider.load)


@_write.register
def _closed(mishap: Closed, draft: Draft) -> None:
    if not 0 <= mishap.instead < len(draft.travel):
        raise BadMishap(f"there is no place {mishap.instead} that could stand for {mishap.place}")
    for name, request in list(draft.requests.items()):
        pickup, delivery = (_elsewhere(visit, mishap) for visit in (request.pickup, request.delivery))
        draft.requests[name] = replace(request, pickup=pickup, delivery=delivery)
        if pickup.place == delivery.place:
            draft.forget(name)
    for name, car in draft.vehicles.items():
        aboard = tuple(replace(rider, delivery=_elsewhere(rider.delivery, mishap)) for rider in car.aboard)
        draft.vehicles[name] = replace(car, aboard=aboard)
    for name, told in draft.promises.items():
        fetched = _elsewhere(told.pickup, mishap) if name in draft.requests else told.pickup
        draft.promises[name] = replace(told, pickup=fetched, arrival=_elsewhere(told.arrival, mishap))


def _elsewhere(where: Somewhere, mishap: Closed) -> Somewhere:
    """The same at the other place, if it was at the closed one."""
    return replace(where, place=mishap.instead) if where.place == mishap.place else where
