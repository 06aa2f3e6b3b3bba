"""Acts for a page: what came of it, or why it could not be done, is told to the viewer in one sentence."""

from collections.abc import Callable

from django import forms
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


def saved(form: forms.BaseForm, act: Callable[[], object], field: str | None = None) -> bool:
    """Act if the form was sent and is valid; why it could not be done stands in the form, and what was typed stays."""
    if not form.is_valid():
        return False
    try:
        act()
    except Cannot as refusal:
        form.add_error(field, refusal.sentence)
        return False
    return True


def status(form: forms.BaseForm) -> int:
    """422 for a form that was sent and cannot be taken."""
    return 422 if form.is_bound and form.errors else 200
