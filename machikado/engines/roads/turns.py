"""The graph that is searched: a state for each arc, a turn for each pair that may follow each other.

A ban of two arcs removes a turn. A ban of more needs a memory: states for its beginnings are added, as in the automaton
of Aho & Corasick 1975 (doi:10.1145/360825.360855), so that only the arcs of such bans stand there twice. U-turns stand
everywhere; whether one may be made depends on what else is open (`times`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from machikado.engines.roads.words import Flags, Graph, SmallInts, Turns

History = tuple[int, ...]


@dataclass(frozen=True)
class _Bans:
    """Bans by their arcs, and the beginnings (two arcs or more) that must be remembered, with their states."""

    of: dict[History, list[int]]  # numbers of bans; a permanent one is in `always`
    always: frozenset[History]
    states: dict[History, int]


@dataclass(frozen=True)
class _Turn:
    source: int
    target: int
    bans: tuple[int, ...]  # that forbid it while their condition holds


def expand(graph: Graph) -> Turns:
    """Return states and turns of a graph."""
    bans = _bans(graph)
    first, second = _pairs(graph)
    special = np.isin(first, np.array([*_special_arcs(bans)], np.int32))
    turns = list(_special_turns(graph, bans, first[special], second[special]))
    source = np.concatenate([first[~special], np.array([turn.source for turn in turns], np.int32)])
    target = np.concatenate([second[~special], np.array([turn.target for turn in turns], np.int32)])
    state_arc = np.array([*range(graph.arcs), *(history[-1] for history in bans.states)], np.int32)
    offset = int((~special).sum())
    timed = [(offset + number, ban) for number, turn in enumerate(turns) for ban in turn.bans]
    return Turns(
        state_arc=state_arc,
        source=source,
        target=target,
        u_turn=graph.reverse[state_arc[source]] == state_arc[target],
        timed_turn=np.array([turn for turn, _ in timed], np.int32),
        timed_ban=np.array([ban for _, ban in timed], np.int32),
    )


def _pairs(graph: Graph) -> tuple[SmallInts, SmallInts]:
    """Every arc with every arc that begins where it ends; at a barrier only with the one back."""
    order = np.argsort(graph.tail, kind="stable").astype(np.int32)
    begin = np.searchsorted(graph.tail[order], np.arange(graph.junctions + 1))
    count = np.diff(begin)[graph.head]
    first = np.repeat(np.arange(graph.arcs, dtype=np.int32), count)
    within = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    second = order[begin[graph.head[first]] + within]
    passes: Flags = ~graph.blocked[graph.head[first]] | (graph.reverse[first] == second)
    return first[passes], second[passes]


def _bans(graph: Graph) -> _Bans:
    of: dict[History, list[int]] = {}
    for number, ban in enumerate(graph.bans):
        of.setdefault(ban.arcs, []).append(number)
    always = frozenset(ban.arcs for ban in graph.bans if ban.condition is None)
    beginnings = sorted({ban.arcs[:length] for ban in graph.bans for length in range(2, len(ban.arcs))})
    return _Bans(of, always, {history: graph.arcs + number for number, history in enumerate(beginnings)})


def _special_arcs(bans: _Bans) -> Iterator[int]:
    """Arcs after which something is banned or remembered."""
    yield from (arc for arcs in bans.of for arc in arcs[:-1])


def _special_turns(graph: Graph, bans: _Bans, first: SmallInts, second: SmallInts) -> Iterator[_Turn]:
    follow: dict[int, list[int]] = {}
    for arc, after in zip(first.tolist(), second.tolist(), strict=True):
        follow.setdefault(arc, []).append(after)
    histories: dict[History, int] = {(arc,): arc for arc in follow} | bans.states
    for history, state in histories.items():
        for after in follow.get(history[-1], []):
            suffixes = [(*history[start:], after) for start in range(len(history))]
            if any(suffix in bans.always for suffix in suffixes):
                continue
            target = next((bans.states[suffix] for suffix in suffixes if suffix in bans.states), after)
            timed = tuple(number for suffix in suffixes for number in bans.of.get(suffix, []))
            yield _Turn(state, target, timed)
