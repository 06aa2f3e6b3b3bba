"""Rows of work → values of the engines → rows: agreement of answers, bundles for somebody's minutes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from machikado.engines.matching import Pile, bundles
from machikado.engines.quality import AgreementRule, Answer, Share, accuracy, share_of
from machikado.engines.quality import State as Agreed
from machikado.engines.quality import agree as engine_agree
from machikado.town.common.calendar import town_date
from machikado.town.people.models import Worker
from machikado.town.work.kinds import kind_of
from machikado.town.work.models import Batch, Job, Submission, Task
from machikado.town.work.queries.piles import JobPile, piles_for
from machikado.town.work.queries.quality import origins_of

RESOLVED, DISPUTED, UNCHECKED, OPEN = "resolved", "disputed", "unchecked", "open"
_OUTCOMES = {Agreed.AGREED: RESOLVED, Agreed.DISPUTED: DISPUTED, Agreed.UNCHECKED: UNCHECKED, Agreed.OPEN: OPEN}


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as handed in: whose it is, the raw values by field, the fields marked unreadable."""

    worker_id: int
    answer: Mapping[str, Any]
    unreadable: frozenset[str]

    @classmethod
    def of(cls, worker_id: int, submission: Submission) -> "Given":
        """A submission of this worker."""
        return cls(worker_id, submission.answer, frozenset(submission.unreadable))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answers come to: `state` is resolved, disputed, unchecked (one answer was wanted) or open.

    `result` maps field → raw value, None where it stands that it cannot be read; only fields that agree are in it.
    `dissenting` are the workers who differ from an agreed field.
    """

    state: str
    result: dict[str, Any]
    disputed_fields: tuple[str, ...]
    dissenting: frozenset[int]


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for an offer: a code, and the numbers of its sentence."""

    code: str
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class BundleOffer:
    """Some items of one job that fit the minutes: `seconds` for all of them, `yen` at least."""

    job_id: int
    items: int
    seconds: int
    yen: int
    reasons: tuple[Why, ...] = ()


def agree(job: Job, wanted: int, given: Sequence[Given]) -> Outcome:
    """Return what these answers come to, compared after the kind's normalisation. Pure: `job.schema` is loaded."""
    kind, schema = kind_of(job), job.schema.body
    fields = tuple(field.name for field in kind.fields(schema))
    answers = [Answer(each.worker_id, kind.normalise(schema, each.answer), each.unreadable) for each in given]
    agreement = engine_agree(answers, AgreementRule(fields, wanted))
    result: dict[str, Any] = dict.fromkeys(agreement.unreadable)
    for field, value in agreement.values.items():
        raw = [
            g.answer[field] for g, a in zip(given, answers, strict=True) if a.vote(field) == value and field in g.answer
        ]
        if raw:  # all who agree may have left an optional field blank
            result[field] = _most_common(raw)
    disputed = tuple(each.field for each in agreement.fields if each.state is Agreed.DISPUTED)
    ordered = {field: result[field] for field in fields if field in result}
    return Outcome(_OUTCOMES[agreement.state], ordered, disputed, frozenset(agreement.dissenting))


def _most_common(values: Sequence[Any]) -> Any:
    """The form that most people wrote; of equally many, the one that came first."""
    by_text = {str(value): value for value in values}
    counts = Counter(map(str, values))
    return by_text[counts.most_common(1)[0][0]]


def next_for(worker: Worker, minutes: int, now: datetime) -> list[BundleOffer]:
    """Return what to offer this worker for so many minutes, best first."""
    today = town_date(now)
    piles = [_pile(each, today.toordinal()) for each in piles_for(worker, now)]
    return [
        BundleOffer(
            job_id=bundle.job,
            items=bundle.items,
            seconds=bundle.seconds,
            yen=bundle.yen,
            reasons=tuple(Why(str(reason.code), reason.numbers) for reason in bundle.reasons),
        )
        for bundle in bundles(minutes * 60, piles)
    ]


def _pile(pile: JobPile, today: int) -> Pile:
    """One job as the engine takes it."""
    job = pile.job
    return Pile(
        job=job.pk,
        available=pile.fresh + pile.waiting,
        seconds=job.expected_seconds,
        price_yen=job.price_yen,
        price_items=job.price_items,
        due_days=job.due_on.toordinal() - today if job.due_on else None,
        done_before=pile.done,
        checked=pile.checked,
        passed_share=10_000 * pile.passed // pile.checked if pile.checked else None,
        waiting_drafts=pile.drafts,
        wanted=pile.lacking,
        hands=pile.hands,
    )


@dataclass(frozen=True, slots=True)
class Quality:
    """`agreed`: tasks that people answered alike, of those answered in full; `settled`: those decided by a leader.

    `right`: tasks whose result is like the known answer, or None where nothing is known.
    """

    agreed: Share
    right: Share | None
    settled: int


def quality_of(jobs: Sequence[Job]) -> Quality | None:
    """Return the figures of some jobs (with `schema`), or None before anything is decided."""
    counted = origins_of(jobs)
    if not counted.decided:
        return None
    right = against_known(jobs)
    agreed = share_of(counted.agreed, counted.decided + counted.disputed)
    return Quality(agreed, right if right.total else None, counted.settled)


def against_known(jobs: Sequence[Job]) -> Share:
    """Return in how many finished tasks the result equals the known answer in every known field, with its interval.

    `schema` of the jobs is loaded. The known answers themselves are shown to no worker and no client.
    """
    by_id = {job.pk: job for job in jobs}
    tasks = Task.objects.filter(job__in=by_id, batch__state=Batch.State.READY, known__isnull=False)
    finished = tasks.filter(state__in=(Task.State.RESOLVED, Task.State.DELIVERED), result__isnull=False)
    found: dict[int, str] = {}
    known: dict[int, str] = {}
    for pk, job_id, result, truth in finished.values_list("pk", "job_id", "result", "known"):
        kind, schema = kind_of(by_id[job_id]), by_id[job_id].schema.body
        wanted = kind.normalise(schema, truth or {})
        given = kind.normalise(schema, result or {})
        found[pk] = str([given.get(field) for field in wanted])
        known[pk] = str(list(wanted.values()))
    return accuracy(found, known)
