"""How long a question takes in a timetable of a region: `python -m machikado.engines.journeys.bench`, JSON lines."""

import json
import time
from random import Random

from machikado.engines.journeys import Call, Question, Reach, Timetable, Trip, journeys, prepare

SEED = 9
STOPS = 400
LINES = 40
ASKED = 50


def region(trips_a_line: int) -> Timetable:
    """Lines of fifteen stops each across a region, a trip every so often from five to midnight, both ways."""
    chance, trips = Random(SEED), []
    for _line in range(LINES):
        stops = chance.sample(range(STOPS), 15)
        for number in range(trips_a_line):
            begin = 18_000 + number * 68_400 // trips_a_line
            way = stops if number % 2 else stops[::-1]
            calls = (Call(stop, begin + 240 * place, begin + 240 * place + 30) for place, stop in enumerate(way))
            trips.append(Trip(f"{_line}-{number}", tuple(calls)))
    return Timetable(STOPS, tuple(trips))


def row(trips_a_line: int) -> dict[str, object]:
    """Measure the slowest of the questions but one in twenty, in milliseconds."""
    timetable, chance = region(trips_a_line), Random(SEED)
    ready, times = prepare(timetable), []
    cpu, wall = time.process_time(), time.perf_counter()
    for number in range(ASKED):
        origins, goals = (tuple(Reach("walk", chance.randrange(STOPS), 300) for _n in range(4)) for _end in range(2))
        begin = time.perf_counter()
        journeys(ready, Question(origins, goals, 30_000 + 60 * number, bool(number % 2)))
        times.append((time.perf_counter() - begin) * 1000)
    value = round(sorted(times)[ASKED * 19 // 20])
    found = {"name": f"journeys.{len(timetable.trips)}", "value": value, "unit": "ms p95", "demand": 500}
    spent = {"cpu_s": round(time.process_time() - cpu, 3), "wall_s": round(time.perf_counter() - wall, 3)}
    return {**found, "ok": value <= 500, **spent, "note": f"{15 * len(timetable.trips)} calls, {ASKED} questions"}


if __name__ == "__main__":
    for each in (20, 80):
        print(json.dumps(row(each)))
