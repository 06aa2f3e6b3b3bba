"""Addresses of the bus."""

from django.urls import path

from machikado.town.ride.views import area, booking, desk, fares, fleet, places, roads, stops

app_name = "ride"

urlpatterns = [
    path("", booking.home, name="home"),
    path("book/", booking.book, name="book"),
    path("bookings/<code:code>/", booking.booking, name="booking"),
    path("bookings/<code:code>/again/", booking.again, name="again"),
    path("bookings/<code:code>/offers/", booking.offers, name="offers"),
    path("bookings/<code:code>/change/", booking.change, name="change"),
    path("bookings/<code:code>/cancel/", booking.cancel, name="cancel"),
    path("bookings/<code:code>/slip/", booking.slip, name="slip"),
    path("me/", booking.passenger, name="passenger"),
    path("desk/", desk.desk, name="desk"),
    path("desk/add/", desk.caller_add, name="caller_add"),
    path("desk/<code:code>/", desk.caller, name="caller"),
    path("day/", desk.day, name="day"),
    path("places/", places.places, name="places"),
    path("stops/", stops.stop_table_page, name="stops"),
    path("stops/map/", stops.stops_map, name="stops_map"),
    path("stops/table/", stops.stops_csv, name="stops_csv"),
    path("stops/import/", stops.stops_import, name="stops_import"),
    path("stops/add/", stops.stop_add, name="stop_add"),
    path("stops/<code:code>/", stops.stop, name="stop"),
    path("stops/<code:code>/photo/", stops.stop_photo, name="stop_photo"),
    path("stops/<code:code>/close/", stops.stop_close, name="stop_close"),
    path("closures/<code:code>/reopen/", stops.stop_reopen, name="stop_reopen"),
    path("stop-notes/<code:code>/settle/", stops.stop_note_settle, name="stop_note_settle"),
    path("roads/", roads.roads, name="roads"),
    path("vehicles/", fleet.vehicle_list, name="vehicles"),
    path("vehicles/add/", fleet.vehicle_add, name="vehicle_add"),
    path("vehicles/<code:code>/", fleet.vehicle, name="vehicle"),
    path("vehicles/<code:code>/retire/", fleet.vehicle_retire, name="vehicle_retire"),
    path("shifts/", fleet.shift_week, name="shifts"),
    path("shifts/add/", fleet.shift_add, name="shift_add"),
    path("shifts/<code:code>/", fleet.shift, name="shift"),
    path("shifts/<code:code>/drop/", fleet.shift_drop, name="shift_drop"),
    path("fares/", fares.fare_tables, name="fares"),
    path("fares/add/", fares.fares_add, name="fares_add"),
    path("fares/free/", fares.free_add, name="free_add"),
    path("fares/free/<code:code>/end/", fares.free_end, name="free_end"),
    path("hours/", area.hours, name="hours"),
    path("hours/suspend/", area.suspend, name="suspend"),
    path("suspensions/<code:code>/lift/", area.lift, name="lift"),
    path("area/", area.area_page, name="area"),
]
