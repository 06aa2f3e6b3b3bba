"""Acts for a page: what came of it is told to the viewer in one sentence."""

from collections.abc import Callable

from django.contrib import messages as toasts
from django.http import HttpRequest

from machikado.town.common.errors import Cannot


def acted(request: HttpRequest, act: Callable[[], object], done: str = "") -> bool:
    """Do it. Say `done`, or why it could not be done; returns which of the two."""
    try:
        act()
    except Cannot as refusal:
        toasts.error(request, refusal.sentence)
        return False
    if done:
        toasts.success(request, done)
    return True
