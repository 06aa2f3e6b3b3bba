"""Facts about receptions: the desks of clinics and shops that call the bus for whoever is done there."""

from django.db import models

from machikado.town.common.codes import CodeField
from machikado.town.people.models import Organisation
from machikado.town.ride.models.area import ServiceArea


class Reception(models.Model):
    """受付: where it is and whose people stand there. Closed, it stays as a row and opens nothing."""

    code = CodeField()
    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="receptions")
    client = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="receptions")
    name = models.CharField(max_length=120)
    lat = models.FloatField()
    lon = models.FloatField()
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
