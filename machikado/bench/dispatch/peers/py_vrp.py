"""PyVRP: half of the time for fewer vehicles, the rest for shorter ways."""

from contextlib import suppress

from pyvrp import Model, minimise_fleet
from pyvrp.stop import MaxRuntime

from machikado.bench.dispatch.peers.rounded import Rounded


def solve(task: Rounded, seconds: float, seed: int) -> list[list[int]]:
    """Return routes as places, the depot left out; [] where it found none."""
    model = Model()
    at = [model.add_location(0, 0) for _ in task.opens]
    depot = model.add_depot(at[0], tw_early=task.opens[0], tw_late=task.closes[0])
    model.add_vehicle_type(task.vehicles, task.capacity, depot, depot, tw_early=task.opens[0], tw_late=task.closes[0])
    for pickup, delivery in task.pairs:
        model.add_shipment(
            at[pickup],
            at[delivery],
            *(task.opens[pickup], task.closes[pickup], task.service[pickup]),
            *(task.opens[delivery], task.closes[delivery], task.service[delivery]),
            task.load[pickup],
        )
    for tail, ways in enumerate(task.travel.tolist()):
        for head, way in enumerate(ways):
            model.add_edge(at[tail], at[head], way, way)
    data = model.data()
    with suppress(ValueError):  # it breaks off where one vehicle would do, since it then tries none
        data = data.replace(vehicle_types=[minimise_fleet(data, MaxRuntime(seconds / 2), seed)])
    best = Model.from_data(data).solve(MaxRuntime(seconds / 2), seed, False, False).best
    if not best.is_feasible():
        return []
    ends = [[stop for stop in route.schedule() if stop.is_shipment()] for route in best.routes()]
    return [[task.pairs[stop.idx][stop.is_delivery()] for stop in stops] for stops in ends]
