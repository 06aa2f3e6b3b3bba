"""VROOM by pyvroom, with one thread."""

from datetime import timedelta

import vroom

from machikado.bench.dispatch.peers.rounded import Rounded

DEEPEST = 5


def solve(task: Rounded, seconds: float, seed: int) -> list[list[int]]:
    """Return routes as places, the depot left out; [] where somebody is left out. It takes no seed."""
    problem = vroom.Input()
    problem.set_durations_matrix("car", task.travel.astype("uint32"))
    day = vroom.TimeWindow(task.opens[0], task.closes[0])
    costs = vroom.VehicleCosts(fixed=task.dear // 10)
    for number in range(task.vehicles):
        problem.add_vehicle(vroom.Vehicle(number, 0, 0, capacity=[task.capacity], time_window=day, costs=costs))
    for pickup, delivery in task.pairs:
        amount = vroom.Amount([task.load[pickup]])
        problem.add_shipment(_step(task, pickup), _step(task, delivery), amount)
    found = problem.solve(DEEPEST, nb_threads=1, timeout=timedelta(seconds=seconds))
    if found.summary.unassigned:
        return []
    routes: dict[int, list[int]] = {}
    for row in found.routes.to_dict("records"):
        if row["type"] in ("pickup", "delivery"):
            routes.setdefault(row["vehicle_id"], []).append(int(row["id"]))
    return list(routes.values())


def _step(task: Rounded, place: int) -> vroom.ShipmentStep:
    """One end of a shipment; its number is its place."""
    window = vroom.TimeWindow(task.opens[place], task.closes[place])
    return vroom.ShipmentStep(place, place, default_service=task.service[place], time_windows=[window])
