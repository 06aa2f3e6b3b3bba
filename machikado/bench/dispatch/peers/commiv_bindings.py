"""commiv: its own way of having fewer vehicles."""

import commiv

from machikado.bench.dispatch.peers.rounded import Rounded


def solve(task: Rounded, seconds: float, seed: int) -> list[list[int]]:
    """Return routes as places, the depot left out; [] where it found none."""
    pickups, deliveries = zip(*task.pairs, strict=True)
    try:
        found = commiv.solve_pdptw(
            task.travel.tolist(),
            list(pickups),
            list(deliveries),
            [task.load[place] for place in pickups],
            task.capacity,
            [0, *task.opens[1:]],
            task.closes,
            task.service,
            seed=seed,
            fleet_min=True,
            wall_ms=int(seconds * 1000),
        )
    except commiv.InfeasibleError:
        return []
    return [list(route) for route in found.routes]
