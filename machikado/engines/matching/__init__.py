"""Somebody's minutes and the piles of tasks in, bundles that really fit out."""

from machikado.engines.matching.fill import shortest
from machikado.engines.matching.rank import bundles
from machikado.engines.matching.soundness import problems
from machikado.engines.matching.words import Bundle, Limits, Pile, Reason, ReasonCode

__all__ = ["Bundle", "Limits", "Pile", "Reason", "ReasonCode", "bundles", "problems", "shortest"]
