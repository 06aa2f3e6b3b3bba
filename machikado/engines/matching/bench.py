"""How many workers a second get their bundles: `python -m machikado.engines.matching.bench [--quick]`, JSON lines."""

import json
import sys
import time
from random import Random

from machikado.engines.matching import Pile, bundles

SEED = 7
MINUTES_25 = 25 * 60


def _piles(count: int) -> list[Pile]:
    chance = Random(SEED)
    return [
        Pile(
            job=job,
            available=chance.randint(0, 500),
            seconds=chance.randint(5, 900),
            price_yen=chance.randint(1, 200),
            price_items=chance.choice((1, 1, 1, 10)),
            due_days=chance.choice((None, 0, 1, 3, 9)),
            done_before=chance.choice((0, 0, 12, 300)),
            wanted=chance.randint(0, 5000),
            hands=chance.randint(0, 20),
        )
        for job in range(count)
    ]


def row(piles: int, calls: int) -> dict[str, object]:
    """Measure `calls` workers with 25 minutes each and this many open jobs."""
    open_jobs = _piles(piles)
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(calls):
        bundles(MINUTES_25, open_jobs)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    rate, demand = round(calls / wall_s), 20_000 // piles
    found = {"name": f"matching.bundles.{piles}", "value": rate, "unit": "1/s", "demand": demand, "ok": rate >= demand}
    return {**found, "cpu_s": round(cpu_s, 3), "wall_s": round(wall_s, 3), "note": f"{piles} open jobs, {calls} calls"}


if __name__ == "__main__":
    work = 20_000 if "--quick" in sys.argv else 400_000
    for number in (20, 200):
        print(json.dumps(row(number, work // number)))
