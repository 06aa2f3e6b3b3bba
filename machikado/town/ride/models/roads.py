"""Facts about the map of roads: one row for each version that was imported; its bytes are a stored file."""

from django.db import models

from machikado.town.common.codes import CodeField
from machikado.town.common.models import FileUse


class RoadNetwork(models.Model):
    """A version of the roads. The one that came into use last is in use; others stay, so that days can be replayed."""

    code = CodeField()
    number = models.PositiveIntegerField(unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=8, help_text="format: osm.pbf, osm, geojson …")
    file = models.ForeignKey(FileUse, on_delete=models.PROTECT, null=True, related_name="+")
    drawing = models.ForeignKey(FileUse, on_delete=models.PROTECT, null=True, related_name="+", help_text="GeoJSON")
    nodes = models.PositiveIntegerField()
    ways = models.PositiveIntegerField()
    arcs = models.PositiveIntegerField()
    km = models.PositiveIntegerField(help_text="length of all arcs, both directions counted")
    island_metres = models.JSONField(help_text="length of each part from which the others are not reached and back")
    remark_counts = models.JSONField(help_text="what was left out or not understood: code → how often")
    remark_lines = models.JSONField(help_text="the first of them: code, element of the map, the engine's words")
    is_synthetic = models.BooleanField(help_text="the file says of itself that its roads are made up")
    south = models.FloatField()
    west = models.FloatField()
    north = models.FloatField()
    east = models.FloatField()
    made_at = models.DateTimeField()
    in_use_since = models.DateTimeField()
