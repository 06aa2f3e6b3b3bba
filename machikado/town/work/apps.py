"""Django's name for this folder."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The app `work`; what it is for stands in its README."""

    name = "machikado.town.work"
    label = "work"
