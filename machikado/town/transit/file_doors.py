"""Who may read the files of transit: feeds as they came in."""

from machikado.town.people.models import Role
from machikado.town.people.viewer import Viewer


def may_read_timetable(viewer: Viewer, noun_id: int) -> bool:
    """The feed as it was imported: transport managers."""
    return Role.TRANSPORT in viewer.roles
