"""Addresses of transit."""

from django.urls import path

from machikado.town.transit.views import monthly, open_data, timetables, ways

app_name = "transit"

urlpatterns = [
    path("", ways.ways, name="ways"),
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/gtfs.zip", open_data.gtfs, name="gtfs"),
    path("open-data/alerts.pb", open_data.alerts, name="alerts"),
    path("open-data/trip-updates.pb", open_data.trip_updates, name="trip_updates"),
    path("open-data/vehicle-positions.pb", open_data.vehicle_positions, name="vehicle_positions"),
    path("figures/", monthly.figures, name="figures"),
    path("figures/table/", monthly.figures_csv, name="figures_csv"),
    path("timetables/", timetables.timetables, name="timetables"),
    path("timetables/reading/<code:code>/", timetables.reading, name="reading"),
    path("timetables/reading/<code:code>/live/", timetables.reading_live, name="reading_live"),
    path("timetables/reading/<code:code>/again/", timetables.reading_again, name="reading_again"),
    path("timetables/<code:code>/", timetables.timetable, name="timetable"),
    path("timetables/<code:code>/use/", timetables.timetable_use, name="timetable_use"),
    path("timetables/<code:code>/end/", timetables.timetable_end, name="timetable_end"),
]
