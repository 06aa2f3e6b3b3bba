"""The arithmetic of a task's slots: wanted = open + held + answered, and the state that follows from it."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Q, Value, When

from machikado.town.common import statements
from machikado.town.work import lives
from machikado.town.work.models import Assignment, Task

State = Task.State

# Before anything is decided, the slots alone say the state: held by somebody, else answered in part, else ready.
UNDECIDED = (State.READY, State.IN_FLIGHT, State.NEEDS_MORE)
# Written out, since every claim does it.
_TAKE = (
    "UPDATE work_task SET open_slots = open_slots - 1, state = 'in_flight'"
    " WHERE open_slots > 0 AND state IN ('ready', 'in_flight', 'needs_more')"
)


def held(task: Task) -> int:
    """How many people hold the task now."""
    return task.wanted - task.open_slots - task.answers


def undecided_state(task: Task) -> str:
    """The state of a task that still wants answers."""
    if held(task) > 0:
        return State.IN_FLIGHT
    return State.NEEDS_MORE if task.answers else State.READY


def take(task_ids: Iterable[int]) -> int:
    """Take one slot of each of these tasks; returns how many had one. The caller holds their rows."""
    ids = list(task_ids)
    places = ", ".join(["%s"] * len(ids))
    return statements.changed(f"{_TAKE} AND id IN ({places})", *ids)


def free(task_ids: Iterable[int]) -> None:
    """Give back one slot for each time a task's id comes up. The caller holds their rows."""
    times: dict[int, list[int]] = {}
    for task_id, count in Counter(task_ids).items():
        times.setdefault(count, []).append(task_id)
    for count, ids in times.items():
        still_held = Q(wanted__gt=F("open_slots") + F("answers") + count)
        state = Case(
            When(still_held, then=Value(State.IN_FLIGHT)),
            When(answers__gt=0, then=Value(State.NEEDS_MORE)),
            default=Value(State.READY),
        )
        Task.objects.filter(pk__in=ids).update(open_slots=F("open_slots") + count, state=state)


def lock_task(task_id: int) -> Task:
    """The task as it stands now, held until the transaction ends. Always before its assignments."""
    tasks = Task.objects.select_for_update(of=("self",)).select_related("job__schema", "job__procedure")
    return tasks.get(pk=task_id)


def lock_tasks(task_ids: Iterable[int]) -> None:
    """Hold these tasks, in the order of their ids so that two who want the same ones never wait in a ring."""
    list(Task.objects.select_for_update().filter(pk__in=list(task_ids)).order_by("pk").values_list("pk", flat=True))


def counted(task: Task) -> list[Assignment]:
    """The assignments whose answers count for this task, in a steady order."""
    return list(task.assignments.filter(state__in=Assignment.ANSWERED).order_by("pk"))


def resolve(task: Task, result: dict[str, Any], now: datetime) -> None:
    """Write the result that stands for the task."""
    task.state = lives.TASK.step(task.state, State.RESOLVED)
    task.result, task.resolved_at = result, now
    task.save(update_fields=["state", "result", "resolved_at"])
