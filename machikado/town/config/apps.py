"""The app that knows everyone: settings, addresses, doors, navigation."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Django's name for this folder."""

    name = "machikado.town.config"
    label = "config"
