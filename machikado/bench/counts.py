"""What must never happen, counted in the database after the load: tasks leased twice, answers that were lost."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from machikado.town.work.models import Assignment, Submission, Task

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer that the server confirmed: its key, the assignment's code, the amount typed, how often it was sent."""

    key: str
    assignment: str
    amount: int
    times: int


def double_leases(codes: Iterable[str]) -> int:
    """Leases too many: tasks with more people than wanted or with wrong slots, a lease told to two, a worker twice.

    `codes` are the assignments to which the server led the clients, one for each claim.
    """
    has_slot = Q(state__in=(*Assignment.HOLDING, *Assignment.ANSWERED))
    people = dict(Assignment.objects.values_list("task").annotate(people=Count("pk", filter=has_slot)).order_by())
    slots = Task.objects.filter(pk__in=Assignment.objects.values("task")).values_list("pk", "wanted", "open_slots")
    wrong = sum(people[pk] != wanted - free for pk, wanted, free in slots.iterator())
    twice = Assignment.objects.values("task", "worker").annotate(rows=Count("pk")).filter(rows__gt=1).count()
    told_twice = sum(times - 1 for times in Counter(codes).values())
    return int(wrong) + twice + told_twice


def lost_answers(sent: Iterable[Sent]) -> int:
    """Confirmed answers that are not in the database exactly once, as they were typed and where they belong."""
    answers = list(sent)
    lost = 0
    for first in range(0, len(answers), CHUNK):
        part = answers[first : first + CHUNK]
        rows = Submission.objects.filter(assignment__code__in=[each.assignment for each in part])
        kept = rows.values_list("assignment__code", "sent_key", "answer__amount")
        found = Counter((code, str(key), amount) for code, key, amount in kept)
        of_assignment = Counter(code for code, _, _ in found.elements())
        lost += sum(
            found[each.assignment, each.key, each.amount] != 1 or of_assignment[each.assignment] != 1 for each in part
        )
    return lost
