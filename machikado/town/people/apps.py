"""Django's name for this folder."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The app `people`; what it is for stands in its README."""

    name = "machikado.town.people"
    label = "people"
