"""A wish becomes numbers: for each pair of stops its windows, its longest ride and the time wished for there."""

from typing import NamedTuple

import numpy as np

from machikado.engines.dispatch.arrays import FULL, Int64
from machikado.engines.dispatch.promises import (
    MOST_TIME,
    MOST_WEIGHT,
    Apart,
    BadWish,
    Choice,
    Reason,
    Refusal,
    Weights,
    When,
    Wish,
)
from machikado.engines.dispatch.quotes import (
    APART,
    APART_WALK,
    ARRIVES,
    D_CLOSE,
    D_OPEN,
    FARE,
    LAST,
    LONGEST,
    OFFER,
    P_CLOSE,
    P_OPEN,
    RULES,
    SOONEST,
    TARGET,
    W_DRIVING,
    W_LATENESS,
    W_RIDE,
    W_WAIT,
    W_WALK,
    WALKED,
    Ask,
)
from machikado.engines.dispatch.words import NEVER

NO_TIME = -2 * MOST_TIME  # before all times that a wish can mean


class Pairs(NamedTuple):
    """For each pair of stops: (origins, destinations) the direct way and whether it makes sense, and Ask.pair."""

    direct: Int64
    sound: np.ndarray
    pair: Int64


def ask(wish: Wish, travel: Int64, weights: Weights, count: int, apart: Apart) -> Ask:
    """Return the wish as numbers, with room for so many offers."""
    pairs = read_pairs(wish, travel)
    soonest, last = pairs.pair[:, :, P_OPEN].min(axis=1).tolist(), pairs.pair[:, :, P_CLOSE].max(axis=1).tolist()
    rule = np.zeros(RULES, np.int64)
    rule[[W_WALK, W_WAIT, W_LATENESS, W_RIDE, W_DRIVING]] = (
        weights.walk,
        weights.wait,
        weights.lateness,
        weights.ride,
        weights.driving,
    )
    rule[[APART, APART_WALK, ARRIVES]] = apart.time, apart.walk, wish.when is When.ARRIVE
    rule[[SOONEST, LAST]] = min(soonest), max(last)
    places = [choice.place for choice in wish.origins]
    origin = np.array(list(zip(places, soonest, last, strict=True)), np.int64)
    destination = np.array([choice.place for choice in wish.destinations], np.int64)
    return Ask(origin, destination, pairs.pair, rule, np.full((count, OFFER), NEVER, np.int64))


def read_pairs(wish: Wish, travel: Int64) -> Pairs:
    """Return the windows of each pair of stops, cut to what the other end and the longest ride leave of them."""
    origins, walk_from = _columns(wish.origins)
    destinations, walk_to = _columns(wish.destinations)
    origins, walk_from = origins[:, None], walk_from[:, None]
    direct = travel[origins, destinations]
    longest = np.minimum(direct + wish.max_detour, wish.max_ride)
    if wish.when is When.LEAVE:
        target = wish.time + walk_from
        p_open, p_close = max(wish.time - wish.max_miss, wish.soonest) + walk_from, target + wish.max_wait
        d_open, d_close = NO_TIME, NEVER
    else:
        target = wish.time - wish.alighting - walk_to
        p_open, p_close = wish.soonest + walk_from, NEVER
        d_open, d_close = target - wish.max_wait, target + wish.max_miss
    # Cut off of the windows what the other end's window and the longest ride forbid anyway.
    least, most = direct + wish.boarding, longest + wish.boarding
    p_open = np.maximum(p_open, d_open - most)
    d_open = np.maximum(d_open, p_open + least)
    d_close = np.minimum(d_close, p_close + most)
    p_close = np.minimum(p_close, d_close - least)
    sound = (direct < NEVER) & (origins != destinations) & (direct <= longest) & (p_open <= p_close)
    pair = np.empty((*direct.shape, 8), np.int64)
    pair[:, :, P_OPEN], pair[:, :, P_CLOSE] = np.where(sound, p_open, NEVER), np.where(sound, p_close, -NEVER)
    pair[:, :, D_OPEN], pair[:, :, D_CLOSE], pair[:, :, LONGEST] = d_open, d_close, longest
    pair[:, :, TARGET], pair[:, :, WALKED], pair[:, :, FARE] = target, walk_from + walk_to, wish.fares or 0
    return Pairs(direct, sound, pair)


def _columns(choices: tuple[Choice, ...]) -> Int64:
    """Places and walks: (2, choices)."""
    return np.array([(choice.place, choice.walk) for choice in choices], np.int64).T


def refuse_pairs(wish: Wish, travel: Int64) -> Refusal | None:
    """Return why no pair of stops makes sense, whatever the vehicles do; None if one does."""
    direct, sound, _ = read_pairs(wish, travel)
    if sound.any():
        return None
    origins, destinations = ([choice.place for choice in end] for end in (wish.origins, wish.destinations))
    apart = np.not_equal.outer(origins, destinations)
    if not apart.any():
        return Refusal(Reason.SAME_STOP)
    shortest = int(direct[apart].min())
    if shortest >= NEVER:
        return Refusal(Reason.NO_WAY)
    if shortest > wish.max_ride:
        return Refusal(Reason.RIDE_LIMIT, (("direct", shortest), ("limit", wish.max_ride)))
    return Refusal(Reason.TOO_LATE)


def check(wish: Wish, places: int, kinds: int) -> None:
    """Raise BadWish for what has no meaning in a problem with so many places and kinds of load."""
    if not wish.origins or not wish.destinations:
        raise BadWish(f"{wish.name}: there must be a stop to choose at both ends")
    for choice in (*wish.origins, *wish.destinations):
        _check_choice(wish.name, choice, places)
    if len(wish.load) != kinds:
        raise BadWish(f"{wish.name}: the load must count {kinds} kinds, not {len(wish.load)}")
    if min(wish.load, default=0) < 0 or max(wish.load, default=0) >= FULL:
        raise BadWish(f"{wish.name}: a load counts what is taken along, so it cannot be {wish.load}")
    if not (abs(wish.time) < MOST_TIME and -MOST_TIME <= wish.soonest < MOST_TIME):
        raise BadWish(f"{wish.name}: {wish.time} or {wish.soonest} lies outside of time")
    lengths = (wish.max_wait, wish.max_miss, wish.boarding, wish.alighting)
    limits = (wish.max_ride, wish.max_detour)
    if min(*lengths, *limits) < 0 or max(lengths) > MOST_TIME or max(limits) > NEVER:
        raise BadWish(f"{wish.name}: waits, rides, detours and boarding cannot be negative or endless")
    rows = [len(row) for row in wish.fares]
    if rows and rows != [len(wish.destinations)] * len(wish.origins):
        raise BadWish(f"{wish.name}: there must be a fare for each pair of stops")


def _check_choice(name: str, choice: Choice, places: int) -> None:
    if not 0 <= choice.place < places:
        raise BadWish(f"{name}: there is no place {choice.place}")
    if not 0 <= choice.walk < MOST_TIME:
        raise BadWish(f"{name}: nobody walks for {choice.walk}")


def check_weights(weights: Weights, apart: Apart, count: int) -> None:
    """Raise BadWish for weights that would pass the whole numbers or turn a cost into a gain."""
    each = (weights.walk, weights.wait, weights.ride, weights.lateness, weights.driving)
    if min(each) < 0 or max(each) > MOST_WEIGHT:
        raise BadWish(f"a weight must be between 0 and {MOST_WEIGHT}: {weights}")
    if min(apart.time, apart.walk) < 0 or count < 1:
        raise BadWish(f"{count} offers that are {apart} make no sense")
