"""A day at the moment when something happens that was not planned: what is past is past, and who leaves leaves no hole.

Rows in, rows out, and no engine: giving a promise back is a short transaction that cannot fail for want of a plan.
"""

from collections.abc import Sequence
from dataclasses import replace

from machikado.town.ride.planning.seconds import seconds_of
from machikado.town.ride.queries.day_rows import BREAK, DELIVERY, PASS, PICKUP, DayRows, Row
from machikado.town.ride.queries.grounds import Van


def done_by(day: DayRows, van: Van, now: int) -> int:
    """Return how many steps of a shift have begun by a second of the day; those that are past are counted."""
    return len(day.past(van)) + sum(row.begins <= now for row in day.ahead(van))


def begun(day: DayRows, van: Van, now: int) -> DayRows:
    """Return the day in which a shift goes on from where it is: what has begun is past and not planned with again."""
    done = done_by(day, van, now)
    if done == len(day.past(van)):
        return day
    last, state = day.steps[van["shift"]][done - 1], day.state(van)
    state = state._replace(past=done, stop=_stop(day, last), opens=max(last.leaves, state.opens or 0))
    return replace(day, states={**day.states, van["shift"]: state})


def set_out(day: DayRows, van: Van, now: int) -> int | None:
    """Return when a vehicle set out for its next step; None if it did not, or has none."""
    done = done_by(day, van, now)
    rows = day.steps.get(van["shift"], ())
    if done == len(rows) or day.state(van).out:
        return None
    left = rows[done].set_out
    return left if left is not None else _due(day, van, rows[: done + 1], now)


def on_its_way(day: DayRows, van: Van, now: int) -> DayRows:
    """Return the day as `begun` does, with the moment at which the vehicle set out written into its next step."""
    left, day = set_out(day, van, now), begun(day, van, now)
    if left is None:
        return day
    past, (first, *others) = day.past(van), day.ahead(van)
    rows = (*past, replace(first, set_out=left), *others)
    return replace(day, steps={**day.steps, van["shift"]: rows})


def without(day: DayRows, code: str, now: int) -> DayRows:
    """Return the next version of a day without somebody: who is left keeps their times, for no way became longer.

    A vehicle that is on its way to fetch or bring them gets there; one that stood there for them goes on from there.
    """
    van = next(van for van in day.fleet if any(row.who == code for row in day.steps.get(van["shift"], ())))
    if not is_bound(day, code, now):
        kept = tuple(row for row in day.steps[van["shift"]] if row.who != code)
        day = replace(day, steps={**day.steps, van["shift"]: kept})
    else:
        day = _left_out(on_its_way(day, van, now), van, code)
    promised = {name: each for name, each in day.promised.items() if name != code}
    return replace(day, version=day.version + 1, promised=promised)


def is_bound(day: DayRows, code: str, now: int) -> bool:
    """Say whether somebody sits in a vehicle, was in it, or it is on its way to fetch them."""
    van = next(van for van in day.fleet if any(row.who == code for row in day.steps.get(van["shift"], ())))
    fetched = next(number for number, row in enumerate(day.steps[van["shift"]]) if row.who == code)
    done = done_by(day, van, now)
    return fetched < done or (fetched == done and set_out(day, van, now) is not None)


def _left_out(day: DayRows, van: Van, code: str) -> DayRows:
    shift, past, ahead = van["shift"], day.past(van), day.ahead(van)
    first, state = ahead[0] if ahead else None, day.state(van)
    kept = tuple(row for row in ahead if row.who != code)
    if first is not None and first.who == code and first.set_out is not None:  # the vehicle is on its way there
        stop = day.promised[code].stops[first.action == DELIVERY]
        there = first.set_out + int(seconds_of(day.table)[_last_place(day, van), day.place_of[stop]])
        past = (*past, Row(PASS, "", None, there, there, first.set_out, stop))
        state = state._replace(past=len(past), stop=stop, opens=there)
    past = tuple(_passed(day, row) if row.who == code else row for row in past)
    steps = {**day.steps, shift: (*past, *kept)}
    return replace(day, steps=steps, states={**day.states, shift: state} if past else day.states)


def _passed(day: DayRows, row: Row) -> Row:
    """A step for somebody, as one at which the vehicle was and nobody boarded."""
    stop = day.promised[row.who].stops[0 if row.action == PICKUP else 1]
    return replace(row, action=PASS, who="", stop=stop)


def _due(day: DayRows, van: Van, rows: Sequence[Row], now: int) -> int | None:
    """When a vehicle has to set out for the last of these steps, if it is time by now."""
    *before, row = rows
    place = _place(day, van, _stop(day, before[-1])) if before else van["start"]
    due = row.begins - int(seconds_of(day.table)[place, _place(day, van, _stop(day, row))])
    return due if due <= now else None


def _last_place(day: DayRows, van: Van) -> int:
    return _place(day, van, day.state(van).stop)


def _place(day: DayRows, van: Van, stop: int | None) -> int:
    return van["start"] if stop is None else day.place_of[stop]


def _stop(day: DayRows, row: Row) -> int | None:
    """Where a step is; None for a break, which is taken where the shift begins."""
    if row.action == BREAK:
        return None
    return row.stop if row.action == PASS else day.promised[row.who].stops[row.action == DELIVERY]
