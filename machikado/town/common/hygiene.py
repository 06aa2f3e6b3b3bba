"""What the worker clears away, each kind after its own dated rule."""

from datetime import datetime, timedelta

from django_tasks_db.models import DBTaskResult

from machikado.town.common import clock
from machikado.town.common.models import Answered, ChoreBeat, Effect

# Since 2026-11: how long each is of use.
KEEP_FINISHED_CHORES = timedelta(days=14)  # long enough to look into what failed
KEEP_ANSWERS = timedelta(days=7)  # a caller of the API tries again within hours
KEEP_EFFECTS = timedelta(days=90)  # a chore that ended is not handed out again; its keys outlive it by far


def prune(now: datetime) -> int:
    """Tick: remove what is older than its rule. Chores ended in real time, the rest in the town's. Returns rows."""
    ended = clock.real_now() - KEEP_FINISHED_CHORES
    old = [
        DBTaskResult.objects.finished().filter(finished_at__lt=ended),
        ChoreBeat.objects.filter(beat_at__lt=ended),
        Answered.objects.filter(at__lt=now - KEEP_ANSWERS),
        Effect.objects.filter(at__lt=now - KEEP_EFFECTS),
    ]
    return sum(rows.delete()[0] for rows in old)
