"""What a booking and a series of bookings have in common: from where to where, who rides, how far they walk."""

from typing import Any

from django.db import models

from machikado.town.ride.fare import Rider
from machikado.town.ride.party import Needs, Riding

# Where a trip holds how many ride of each kind that the fares know.
COUNTS = {
    Rider.ADULT: "adults",
    Rider.CHILD: "children",
    Rider.DISABLED: "disabled",
    Rider.COMPANION: "companions",
    Rider.PRESCHOOL: "preschool",
}


class Trip(models.Model):
    """From where to where, with whom; no table of its own."""

    from_name = models.CharField(max_length=120)
    from_code = models.CharField(
        max_length=12, blank=True, help_text="of the place that was chosen; two may be called so"
    )
    from_lat = models.FloatField()
    from_lon = models.FloatField()
    to_name = models.CharField(max_length=120)
    to_code = models.CharField(max_length=12, blank=True)
    to_lat = models.FloatField()
    to_lon = models.FloatField()
    adults = models.PositiveSmallIntegerField(default=0)
    children = models.PositiveSmallIntegerField(default=0)
    disabled = models.PositiveSmallIntegerField(default=0)
    companions = models.PositiveSmallIntegerField(default=0)
    preschool = models.PositiveSmallIntegerField(default=0)
    wheelchairs = models.PositiveSmallIntegerField(default=0)
    prams = models.PositiveSmallIntegerField(default=0)
    slow = models.BooleanField(default=False)
    walk_minutes = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True

    @property
    def riding(self) -> Riding:
        """Who rides, and what they need."""
        riders = {kind: getattr(self, name) for kind, name in COUNTS.items()}
        return Riding(riders, Needs(self.wheelchairs, self.prams, self.slow))

    @property
    def trip(self) -> dict[str, Any]:
        """All of it by column, for another row with the same trip."""
        return {field.name: getattr(self, field.name) for field in Trip._meta.get_fields()}
