"""Facts of the bus that comes when called, by noun."""

from machikado.town.ride.models.area import ServiceArea, ServiceHours, Suspension
from machikado.town.ride.models.fares import FarePass, FareTable, FreePeriod, RiderShare, Section, ZonePair
from machikado.town.ride.models.roads import RoadNetwork
from machikado.town.ride.models.stops import Kerb, Stop, StopClosure
from machikado.town.ride.models.vehicles import (
    QUARTER,
    Layout,
    RideVehicle,
    ShiftBreak,
    ShiftQuarter,
    VehicleShift,
)

__all__ = [
    "QUARTER",
    "FarePass",
    "FareTable",
    "FreePeriod",
    "Kerb",
    "Layout",
    "RideVehicle",
    "RiderShare",
    "RoadNetwork",
    "Section",
    "ServiceArea",
    "ServiceHours",
    "ShiftBreak",
    "ShiftQuarter",
    "Stop",
    "StopClosure",
    "Suspension",
    "VehicleShift",
    "ZonePair",
]
