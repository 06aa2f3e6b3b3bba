"""How many items and intervals a second: `python -m machikado.engines.quality.bench [--quick]`, JSON lines."""

import json
import sys
import time
from collections.abc import Callable
from random import Random

from machikado.engines.quality import AgreementRule, Answer, agree, wilson

RULE = AgreementRule(("name", "address", "amount", "date", "gift"), 3)
ERROR_RATE = 0.05
SEED = 7


def _items(count: int) -> list[list[Answer]]:
    chance = Random(SEED)

    def answer(worker: int) -> Answer:
        return Answer(worker, {field: "wrong" if chance.random() < ERROR_RATE else "right" for field in RULE.fields})

    return [[answer(worker) for worker in range(RULE.wanted)] for _ in range(count)]


def _measure(name: str, demand: int, count: int, work: Callable[[], object]) -> dict[str, object]:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    rate = round(count / wall_s)
    row = {"name": name, "value": rate, "unit": "1/s", "demand": demand, "ok": rate >= demand}
    return {**row, "cpu_s": round(cpu_s, 3), "wall_s": round(wall_s, 3), "note": f"{count:,} in one process"}


def rows(count: int) -> list[dict[str, object]]:
    """Measure agreement on `count` items of 3 answers × 5 fields, and as many intervals."""
    items = _items(count)
    return [
        _measure("quality.agree", 10_000, count, lambda: [agree(answers, RULE) for answers in items]),
        _measure("quality.wilson", 100_000, count, lambda: [wilson(number, count) for number in range(count)]),
    ]


if __name__ == "__main__":
    for row in rows(5_000 if "--quick" in sys.argv else 100_000):
        print(json.dumps(row))
