"""OR-Tools' routing solver: the longest ride as a constraint between two times."""

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from machikado.bench.dispatch.peers.rounded import Rounded, spent


def solve(task: Rounded, seconds: float, seed: int) -> list[list[int]]:
    """Return routes as places, the depot left out; [] where it found none. It takes no seed."""
    manager = pywrapcp.RoutingIndexManager(len(task.opens), task.vehicles, 0)
    model = pywrapcp.RoutingModel(manager)
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(task.travel.tolist()))
    if task.fleet_counts:
        model.SetFixedCostOfAllVehicles(task.dear)
    _add_times(model, manager, task)
    _add_pairs(model, manager, task)
    how = pywrapcp.DefaultRoutingSearchParameters()
    how.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    how.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    how.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.SolveWithParameters(how)
    routes = [_route(model, manager, found, vehicle) for vehicle in range(task.vehicles)] if found else []
    return [route for route in routes if route]


def _add_times(model, manager, task: Rounded) -> None:  # type: ignore[no-untyped-def]
    """Driving, service, windows, seats, durations."""
    horizon = max(task.closes)
    model.AddDimension(model.RegisterTransitMatrix(spent(task).tolist()), horizon, horizon, False, "time")
    model.AddDimensionWithVehicleCapacity(
        model.RegisterUnaryTransitVector(task.load), 0, [task.capacity] * task.vehicles, True, "load"
    )
    time = model.GetDimensionOrDie("time")
    for place in range(1, len(task.opens)):
        time.CumulVar(manager.NodeToIndex(place)).SetRange(task.opens[place], task.closes[place])
    for vehicle in range(task.vehicles):
        model.AddVariableMaximizedByFinalizer(time.CumulVar(model.Start(vehicle)))
        model.AddVariableMinimizedByFinalizer(time.CumulVar(model.End(vehicle)))
        for end in (model.Start(vehicle), model.End(vehicle)):
            time.CumulVar(end).SetRange(task.opens[0], task.closes[0])
        if task.duration is not None:
            time.SetSpanUpperBoundForVehicle(task.duration, vehicle)


def _add_pairs(model, manager, task: Rounded) -> None:  # type: ignore[no-untyped-def]
    """Pickup before delivery, by one vehicle, within the longest ride."""
    time, solver = model.GetDimensionOrDie("time"), model.solver()
    for pickup, delivery in task.pairs:
        first, second = manager.NodeToIndex(pickup), manager.NodeToIndex(delivery)
        for node in (first, second):  # without being allowed to leave somebody out at first, it finds no plan at all
            model.AddDisjunction([node], task.dear)
        model.AddPickupAndDelivery(first, second)
        solver.Add(model.VehicleVar(first) == model.VehicleVar(second))
        solver.Add(time.CumulVar(first) <= time.CumulVar(second))
        if task.ride is not None:
            most = task.ride + task.service[pickup]
            solver.Add(time.CumulVar(second) - time.CumulVar(first) <= most)


def _route(model, manager, found, vehicle: int) -> list[int]:  # type: ignore[no-untyped-def]
    """One route of a solution."""
    places, at = [], found.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(at):
        places.append(manager.IndexToNode(at))
        at = found.Value(model.NextVar(at))
    return places
