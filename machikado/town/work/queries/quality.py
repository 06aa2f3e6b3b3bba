"""How the results of some jobs came about: by agreement, by a leader, or not yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from machikado.town.work.models import Batch, Job, Task
from machikado.town.work.queries.answers import is_settled


@dataclass(frozen=True, slots=True)
class Origins:
    """Tasks with a result, `agreed` on by two or more or `settled` by a leader; and tasks still `disputed`."""

    decided: int
    agreed: int
    settled: int
    disputed: int


def origins_of(jobs: Iterable[Job]) -> Origins:
    """Count the tasks of some jobs, in one query."""
    ready = Task.objects.filter(job__in=list(jobs), batch__state=Batch.State.READY).annotate(by_hand=is_settled())
    decided = Q(state__in=(Task.State.RESOLVED, Task.State.DELIVERED), result__isnull=False)
    counts = ready.aggregate(
        decided=Count("pk", filter=decided),
        agreed=Count("pk", filter=decided & Q(by_hand=False, answers__gte=2)),
        settled=Count("pk", filter=decided & Q(by_hand=True)),
        disputed=Count("pk", filter=Q(state=Task.State.DISPUTED)),
    )
    return Origins(**counts)
