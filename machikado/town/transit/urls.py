"""Addresses of transit."""

from django.urls import path

from machikado.town.transit.views import open_data

app_name = "transit"

urlpatterns = [
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/gtfs.zip", open_data.gtfs, name="gtfs"),
    path("open-data/alerts.pb", open_data.alerts, name="alerts"),
    path("open-data/trip-updates.pb", open_data.trip_updates, name="trip_updates"),
]
