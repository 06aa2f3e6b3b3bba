"""Django's name for this folder."""

from django.apps import AppConfig


class DriveConfig(AppConfig):
    """The app `drive`; what it is for stands in its README."""

    name = "machikado.town.drive"
    label = "drive"
