"""How well the answers of a job agree, with each other and with what is known to be true."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import Exists, OuterRef

from machikado.town.work.form_values import normal
from machikado.town.work.models import Batch, Job, Settlement, Task

Z = 1.96  # of the normal distribution: 95 of 100 cases


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, with the range in which the true share lies in 95 of 100 cases (Wilson 1927)."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """The share in per cent, one digit."""
        return round(100 * self.part / self.whole, 1) if self.whole else 0.0

    @property
    def low(self) -> float:
        """The lower end of the range in per cent."""
        return self._range()[0]

    @property
    def high(self) -> float:
        """The upper end of the range in per cent."""
        return self._range()[1]

    def _range(self) -> tuple[float, float]:
        if not self.whole:
            return 0.0, 100.0
        share, count = self.part / self.whole, self.whole
        middle = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
        half = Z * sqrt(share * (1 - share) / count + Z**2 / (4 * count**2)) / (1 + Z**2 / count)
        return round(100 * max(0.0, middle - half), 1), round(100 * min(1.0, middle + half), 1)


@dataclass(frozen=True, slots=True)
class Quality:
    """`agreed`: tasks that people answered alike, of those answered in full; `settled`: those decided by a leader.

    `right`: fields whose result is like the known answer, or None where nothing is known.
    """

    agreed: Share
    right: Share | None
    settled: int


def quality_of(jobs: Iterable[Job]) -> Quality | None:
    """The figures of some jobs, or None before anything is decided. Reads the decided tasks once."""
    bodies = {job.pk: job.schema.body["properties"] for job in jobs}
    settled = Exists(Settlement.objects.filter(task=OuterRef("pk")))
    ready = Task.objects.filter(job_id__in=bodies, batch__state=Batch.State.READY).annotate(by_hand=settled)
    waiting = ready.filter(state=Task.State.DISPUTED).count()
    whole = alike = by_hand = fields = right = 0
    done = ready.filter(state__in=[Task.State.RESOLVED, Task.State.DELIVERED], result__isnull=False)
    rows = done.values_list("job_id", "answers", "by_hand", "known", "result").iterator(chunk_size=2000)
    for job_id, answers, hand, known, result in rows:
        whole += 1
        by_hand += hand
        alike += not hand and answers >= 2
        same = _same(bodies[job_id], known or {}, result or {})
        fields += len(same)
        right += sum(same)
    if not whole:
        return None
    return Quality(Share(alike, whole + waiting), Share(right, fields) if fields else None, by_hand)


def _same(fields: dict[str, Any], known: dict[str, Any], result: dict[str, Any]) -> list[bool]:
    """For each field whose true value is known: whether the result says the same."""
    return [
        normal(fields[name], result.get(name, "")) == normal(fields[name], value)
        for name, value in known.items()
        if name in fields
    ]
