"""Django's name for this folder, and the loading of the dated table after `migrate`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class LawConfig(AppConfig):
    """The app `law`; what it is for stands in its README."""

    name = "machikado.town.law"
    label = "law"

    def ready(self) -> None:
        """Load the parameters whenever the tables were made or changed."""
        from machikado.town.law import parameters

        post_migrate.connect(parameters.load, sender=self, dispatch_uid="law.parameters")
