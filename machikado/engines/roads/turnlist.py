"""What the driver is told: a code, a bearing and a distance for each turn where there is a choice."""

from dataclasses import dataclass

import numpy as np

from machikado.engines.roads.times import Metric
from machikado.engines.roads.words import Graph, Turn, TurnCode

# Degrees of turning up to which a turn is called so; to the left the same, negative.
CALLED = (
    (20, TurnCode.STRAIGHT, TurnCode.STRAIGHT),
    (50, TurnCode.SLIGHT_LEFT, TurnCode.SLIGHT_RIGHT),
    (130, TurnCode.LEFT, TurnCode.RIGHT),
    (180, TurnCode.SHARP_LEFT, TurnCode.SHARP_RIGHT),
)
ROUND = frozenset({"roundabout", "circular"})


@dataclass(frozen=True)
class Leg:
    """An arc of a route: what is driven of it, its time with the turn before it, its line."""

    arc: int
    cm: int
    ms: int
    line: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Said:
    """A line of the list, begun at a leg."""

    leg: int
    code: TurnCode
    exit: int = 0


def turn_list(metric: Metric, states: list[int], legs: list[Leg]) -> tuple[Turn, ...]:
    """Return depart, every turn where there is a choice or the road's name changes, arrive."""
    said = [_Said(0, TurnCode.DEPART)]
    for at in range(1, len(legs)):
        if line := _line(metric, states, at):
            said.append(line)
    bounds = [*(each.leg for each in said), len(legs)]
    turns = [_turn(metric, legs, each, legs[each.leg : bounds[n + 1]]) for n, each in enumerate(said)]
    lat, lon = legs[-1].line[-1]
    road = metric.roads.graph.tags(legs[-1].arc).get("name", "")
    arrive = Turn(TurnCode.ARRIVE, lat, lon, _bearing(metric, legs[-1].arc), road, "", 0, 0, 0)
    return (*turns, arrive)


def _line(metric: Metric, states: list[int], at: int) -> _Said | None:
    """What is said at the beginning of a leg, if anything."""
    turns, graph = metric.roads.turns, metric.roads.graph
    arcs = [int(turns.state_arc[state]) for state in states[at - 1 : at + 1]]
    rounds = [graph.tags(arc).get("junction") in ROUND for arc in arcs]
    if rounds == [False, True]:
        return _Said(at, TurnCode.ROUNDABOUT, _exit(metric, states, at))
    if rounds[0]:
        return None  # the exit was said on entering
    out = np.flatnonzero(turns.source == states[at - 1])
    taken = int(out[turns.target[out] == states[at]][0])
    if turns.u_turn[taken]:
        return _Said(at, TurnCode.U_TURN)
    code = called(float(metric.roads.turning[taken]))
    renamed = graph.tags(arcs[0]).get("name") != graph.tags(arcs[1]).get("name")
    chosen = bool(metric.roads.choice[taken]) and code is not TurnCode.STRAIGHT
    return _Said(at, code) if chosen or renamed else None


def called(degrees: float) -> TurnCode:
    """The code of a turn by so many degrees, clockwise."""
    for limit, left, right in CALLED:
        if abs(degrees) <= limit:
            return right if degrees > 0 else left
    raise ValueError(f"no turn has {degrees} degrees")


def _exit(metric: Metric, states: list[int], at: int) -> int:
    """Which exit of the roundabout is taken, counted from where it is entered."""
    turns, graph = metric.roads.turns, metric.roads.graph
    exits = 0
    for state in states[at:]:
        arc = int(turns.state_arc[state])
        if graph.tags(arc).get("junction") not in ROUND:
            break
        after = turns.state_arc[turns.target[turns.source == arc]]
        exits += any(graph.tags(int(each)).get("junction") not in ROUND for each in after)
    return exits


def _turn(metric: Metric, legs: list[Leg], said: _Said, until_next: list[Leg]) -> Turn:
    graph, leg = metric.roads.graph, legs[said.leg]
    lat, lon = leg.line[0]
    return Turn(
        code=said.code,
        lat=lat,
        lon=lon,
        bearing=_bearing(metric, leg.arc),
        road=graph.tags(leg.arc).get("name", ""),
        junction="" if said.leg == 0 else _junction(graph, leg.arc),
        exit=said.exit,
        metres=round(sum(each.cm for each in until_next) / 100),
        ms=sum(each.ms for each in until_next),
    )


def _bearing(metric: Metric, arc: int) -> int:
    return round(float(metric.roads.begins[arc])) % 360


def _junction(graph: Graph, arc: int) -> str:
    """The name on the signal where an arc begins: drivers in Japan go by it."""
    node = int(graph.node_of[graph.tail[arc]])
    return graph.network.node_tags.get(node, {}).get("name", "")
