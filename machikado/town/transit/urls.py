"""Addresses of transit."""

from django.urls import path

from machikado.town.transit.views import open_data

app_name = "transit"

urlpatterns = [
    path("open-data/", open_data.open_data, name="open_data"),
    path("open-data/gtfs.zip", open_data.gtfs, name="gtfs"),
]
