"""Facts of the bus that comes when called, by noun."""

from machikado.town.ride.models.area import ServiceArea, ServiceHours, Suspension
from machikado.town.ride.models.bookings import Booking, Offer, Passenger
from machikado.town.ride.models.calls import CallEntry, CallList, CallTry, SuspendedRide
from machikado.town.ride.models.cards import Card, CardEntry, CardRide
from machikado.town.ride.models.consents import BookingConsent, ConsentInvitation, Relation
from machikado.town.ride.models.fares import FarePass, FareTable, FreePeriod, RiderShare, Section, ZonePair
from machikado.town.ride.models.plans import DayPlan, PlanChange, PlanStep, TravelTable
from machikado.town.ride.models.positions import FixRemark, TrackPoint, VehiclePosition, WayLine
from machikado.town.ride.models.receipts import Receipt
from machikado.town.ride.models.receptions import Reception
from machikado.town.ride.models.roads import RoadNetwork
from machikado.town.ride.models.running import RunStep, StopNote
from machikado.town.ride.models.series import BookingSeries, SeriesRide
from machikado.town.ride.models.stops import Kerb, Stop, StopClosure
from machikado.town.ride.models.tickets import OpenFare, SaleReceipt, SoldPass
from machikado.town.ride.models.trips import Trip
from machikado.town.ride.models.vehicles import (
    QUARTER,
    Layout,
    RideVehicle,
    ShiftBreak,
    ShiftQuarter,
    VehicleShift,
)
from machikado.town.ride.models.waiting import Waiting

__all__ = [
    "QUARTER",
    "Booking",
    "BookingConsent",
    "BookingSeries",
    "CallEntry",
    "CallList",
    "CallTry",
    "Card",
    "CardEntry",
    "CardRide",
    "ConsentInvitation",
    "DayPlan",
    "FarePass",
    "FareTable",
    "FixRemark",
    "FreePeriod",
    "Kerb",
    "Layout",
    "Offer",
    "OpenFare",
    "Passenger",
    "PlanChange",
    "PlanStep",
    "Receipt",
    "Reception",
    "Relation",
    "RideVehicle",
    "RiderShare",
    "RoadNetwork",
    "RunStep",
    "SaleReceipt",
    "Section",
    "SeriesRide",
    "ServiceArea",
    "ServiceHours",
    "ShiftBreak",
    "ShiftQuarter",
    "SoldPass",
    "Stop",
    "StopClosure",
    "StopNote",
    "SuspendedRide",
    "Suspension",
    "TrackPoint",
    "TravelTable",
    "Trip",
    "VehiclePosition",
    "VehicleShift",
    "Waiting",
    "WayLine",
    "ZonePair",
]
