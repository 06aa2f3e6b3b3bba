"""Plans a dial-a-ride instance and draws the routes: `python examples/plan_a_day.py INSTANCE.txt [PICTURE.png]`."""

import sys
from pathlib import Path

from matplotlib import pyplot

from machikado.engines.dispatch import construct, improve, problems
from machikado.engines.dispatch.instances import read_darp, solution

path = Path(sys.argv[1])
instance = read_darp(path)
plan = improve(instance.problem, construct(instance.problem), iterations=50_000, seed=1)
at = {int(row[0]): (float(row[1]), float(row[2])) for row in map(str.split, path.read_text().splitlines()[1:]) if row}
for route in solution(instance, plan)["routes"]:
    pyplot.plot(*zip(*(at[place] for place in (0, *route, 0)), strict=True), marker=".")
pyplot.title(f"{instance.name}: {solution(instance, plan)['cost']:.2f}, {problems(instance.problem, plan) or 'sound'}")
pyplot.savefig(sys.argv[2] if len(sys.argv) > 2 else "plan.png")
