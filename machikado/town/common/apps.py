"""Django's name for this folder, and what is switched on when the town starts."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from machikado.town.common import append_only


class CommonConfig(AppConfig):
    """The app `common`; what it is for stands in its README."""

    name = "machikado.town.common"
    label = "common"

    def ready(self) -> None:
        """Let every migration end with the triggers of the append-only tables in place."""
        post_migrate.connect(append_only.install_after_migrate, sender=self)
