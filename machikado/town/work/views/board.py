"""業務ボード: what a coordinator sees first."""

from django.http import HttpResponse
from django.shortcuts import render

from machikado.town.common import clock
from machikado.town.common.live import live
from machikado.town.people.viewer import SignedInRequest
from machikado.town.work.queries.board import board as look


def board(request: SignedInRequest) -> HttpResponse:
    """Show the whole board."""
    return render(request, "work/board/board.html", {"board": look(clock.now())})


def board_live(request: SignedInRequest) -> HttpResponse:
    """Show what moves on it."""
    return live(request, "work/board/live.html", {"board": look(clock.now())})
