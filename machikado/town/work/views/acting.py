"""Acts for a page of work, as every app does."""

from machikado.town.common.acting import acted

__all__ = ["acted"]
