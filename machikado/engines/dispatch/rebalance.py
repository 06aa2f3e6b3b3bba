"""Where idle vehicles wait, so that whoever calls next waits least: a p-median with the way there in its cost, exact.

The model is that of Hakimi 1964 (doi:10.1287/opre.12.3.450) in the form of ReVelle & Swain 1970: each expected call is
answered from one place, and only from where a vehicle waits. It is solved by HiGHS, as it comes with scipy.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, kron, vstack

from machikado.engines.dispatch.words import NEVER, BadProblem, Matrix


@dataclass(frozen=True, slots=True)
class Expected:
    """How many calls are expected from a place while the vehicles wait."""

    place: int
    calls: int


def rebalance(travel: Matrix, idle: Sequence[int], expected: Sequence[Expected], places: Sequence[int]) -> list[int]:
    """Return where each idle vehicle (now at that place) is to wait, of these places.

    The least sum of all expected calls times the way to the nearest waiting vehicle, plus all ways that vehicles drive
    to where they wait. Without calls or vehicles they stay. Raises BadProblem if a call cannot be answered from there.
    """
    if not idle or not expected or not places:
        return list(idle)
    spots = sorted({*places, *idle})
    calls = np.array([each.calls for each in expected], np.int64)
    reach = travel[np.ix_(spots, [each.place for each in expected])]
    drive = travel[np.ix_(list(idle), spots)]
    answer = np.where(reach < NEVER, np.where(reach < NEVER, reach, 0) * calls, NEVER)
    chosen = _solve(drive, answer)
    return [int(spots[spot]) for spot in chosen]


def _solve(drive: Matrix, answer: Matrix) -> list[int]:
    """At which spot each vehicle waits; drive: (vehicles, spots), answer: (spots, calls), NEVER without a way."""
    (vehicles, spots), calls = drive.shape, answer.shape[1]
    one_each = kron(np.eye(vehicles + calls), np.ones((1, spots)))
    somebody = kron(np.ones((calls, vehicles)), np.eye(spots))
    only_there = hstack([-somebody, np.eye(calls * spots)])
    limits = vstack([csr_array(one_each), csr_array(only_there)])
    low = np.concatenate([np.ones(vehicles + calls), np.full(calls * spots, -np.inf)])
    high = np.concatenate([np.ones(vehicles + calls), np.zeros(calls * spots)])
    cost = np.concatenate([drive.ravel(), answer.T.ravel()])
    possible = cost < NEVER
    whole = np.arange(len(cost)) < vehicles * spots
    found = milp(
        np.where(possible, cost, 0).astype(float),
        integrality=whole.astype(int),
        bounds=Bounds(0, possible.astype(float)),
        constraints=LinearConstraint(limits, low, high),
        options={"mip_rel_gap": 0},
    )
    if found.x is None:
        raise BadProblem("somebody who is expected to call can be reached from no place where a vehicle may wait")
    chosen: list[int] = np.rint(found.x[: vehicles * spots]).reshape(vehicles, spots).argmax(axis=1).tolist()
    return chosen
