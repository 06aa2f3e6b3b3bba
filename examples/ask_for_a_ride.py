"""Asks for a ride, takes an offer, cancels; then plays a whole day and prints its figures: run it without arguments."""

from dataclasses import fields

import numpy as np

from machikado.engines.dispatch import (
    Agenda,
    Choice,
    OfferBoard,
    Problem,
    Refusal,
    Vehicle,
    When,
    Wish,
    accept,
    construct,
    offers,
    repair,
)
from machikado.engines.dispatch.days import Call, Day
from machikado.engines.dispatch.mishaps import Cancelled
from machikado.engines.dispatch.policy import Rules, promise
from machikado.engines.dispatch.simulate import simulate

NINE, chance, rules = 9 * 3600, np.random.default_rng(1), Rules()
xy = chance.integers(0, 6000, (60, 2))
metres = np.abs(xy[:, None] - xy[None]).sum(axis=2)
travel = metres // 8  # seconds, at 29 km/h
fleet = tuple(Vehicle(f"van {k}", 0, 0, NINE - 3600, NINE + 10 * 3600, ((8, 0), (6, 1))) for k in range(3))


def near(door: int) -> tuple[Choice, ...]:
    """The two stops nearest to a door, the second a minute and a half farther."""
    return tuple(Choice(int(stop), 90 * number) for number, stop in enumerate(np.argsort(metres[door])[:2]))


def wish(name: str, time: int) -> Wish:
    """From somewhere to somewhere, to leave at that time."""
    origin, destination = chance.integers(0, 60, 2).tolist()
    return Wish(name, near(origin), near(destination), When.LEAVE, time, load=(1, 0), max_detour=900, boarding=30)


problem = Problem(travel, (), fleet)
agenda = Agenda(problem, construct(problem))
match offers(OfferBoard(agenda), wish("ann", NINE + 1800)):
    case Refusal(reason):
        print("no:", reason)
    case made:
        for offer in made:
            print(f"leave at {offer.leave_door}, there at {offer.reach_door}: {offer.extra_cost} s of driving more")
        agenda = accept(agenda, made[0], promise(made[0], rules))
        print(agenda.promises[0])
        print("driving once she has cancelled:", repair(agenda, [Cancelled("ann")], NINE, rules).agenda.plan.cost)

calls = tuple(Call(NINE + 240 * k, wish(f"p{k}", NINE + 240 * k + 1800 * (k % 3))) for k in range(90))
figures = simulate(Day(travel, metres, calls), fleet, rules, seed=1).figures
for field in fields(figures):
    print(f"{field.name:20}{getattr(figures, field.name)}")
