"""Who may read the files of the bus: maps of roads, photos of stops."""

from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer


def may_read_roads(viewer: Viewer, noun_id: int) -> bool:
    """The map as it was imported: transport managers."""
    return Role.TRANSPORT in viewer.roles


def may_read_photo(viewer: Viewer, noun_id: int) -> bool:
    """The photo of a stop: everybody, as the stop stands in the street."""
    return True
