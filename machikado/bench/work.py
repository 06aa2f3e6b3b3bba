"""Measures work in one scratch database (`python -m machikado.bench.work STUDY`, a process of its own): JSON lines."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikado.town.config.settings")
django.setup()

from django.db import connection  # noqa: E402  Django must be set up before models can be imported

from machikado.bench import scratch, servers, studies, users  # noqa: E402
from machikado.bench.counts import double_leases, lost_answers  # noqa: E402
from machikado.bench.figures import Cost, Demand, Figure, percentile  # noqa: E402
from machikado.bench.users import Run  # noqa: E402
from machikado.town.common import clock  # noqa: E402
from machikado.town.work.actions import deliveries, jobs  # noqa: E402
from machikado.town.work.models import Batch, Delivery, Job  # noqa: E402

TEN = 10
LONGEST_CHORE = 1800
ROUNDS = 3
LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything."""

    tasks: int = 100_000
    results: int = 10_000
    small: int = 10_000
    large: int = 1_000_000
    one_user: int = 500
    ten_users: int = 300  # claims by each of the ten
    whole_tasks: int = 60  # done by each of the ten


QUICK = Sizes(tasks=400, results=100, small=100, large=400, one_user=20, ten_users=10, whole_tasks=10)


Study = studies.Study[Sizes]


def load_study(study: Study) -> None:
    """Import, next task for one and ten, whole tasks, what must never happen, delivery, memory."""
    job = scratch.open_job(study.cast, study.sizes.tasks)
    scratch.let_people_in(study.cast, _measured_import(study, job))
    runs = [_one_user(study), _ten_users(study), _whole_tasks(study)]
    _never(study, runs)
    _memory(study)
    _delivery(study)


def size_study(study: Study) -> None:
    """The same claim with few tasks and with a hundred times as many, by turns, so that both see the same machine."""
    sizes = (study.sizes.small, study.sizes.large)
    opened = {rows: _paused_job(study, rows) for rows in sizes}
    seconds: dict[int, list[float]] = {rows: [] for rows in sizes}
    cpu = dict.fromkeys(sizes, 0.0)
    wall = dict.fromkeys(sizes, 0.0)
    by = study.cast.actor("momose")
    for rows in sizes * ROUNDS:
        jobs.open_job(job=opened[rows], by=by, now=clock.now())
        run, cost = _claims(study, 1, study.sizes.one_user)
        jobs.pause(job=opened[rows], by=by, now=clock.now())
        seconds[rows] += run.seconds
        cpu[rows], wall[rows] = cpu[rows] + cost.cpu_s, wall[rows] + cost.wall_s
    medians = [round(percentile(seconds[rows], 50) * 1000, 1) for rows in sizes]
    for rows, median in zip(sizes, medians, strict=True):
        note = f"{len(seconds[rows])} requests in {ROUNDS} rounds"
        study.say(Figure(f"next task of {rows}, p50", median, "ms", None, Cost(cpu[rows], wall[rows]), note))
    note = "rows made by the import itself; each size is one batch; measured by turns"
    ratio = round(medians[1] / medians[0], 2)
    study.say(Figure("next task, large to small", ratio, "×", Demand("≤", 1.5), note=note))


def _paused_job(study: Study, rows: int) -> Job:
    """A job of so many tasks, not offered for now."""
    job = scratch.open_job(study.cast, rows)
    scratch.let_people_in(study.cast, _imported(study, job, rows))
    return jobs.pause(
        job=Job.objects.select_related("order").get(pk=job.pk), by=study.cast.actor("momose"), now=clock.now()
    )


def _measured_import(study: Study, job: Job) -> Batch:
    own = servers.own_cpu_seconds()
    with study.costed() as cost:
        batch = _imported(study, job, study.sizes.tasks)
    own = servers.own_cpu_seconds() - own
    # The preview runs here as it would in the web process.
    cost = [replace(cost[0], cpu_s=cost[0].cpu_s + own)]
    note = "preview, start and the worker's chore. Peer: 16-28 s"
    figure = Figure(f"import {study.sizes.tasks} rows", round(cost[0].wall_s, 2), "s", Demand("≤", 20), cost[0], note)
    study.say(figure)
    return batch


def _imported(study: Study, job: Job, rows: int) -> Batch:
    """Import so many rows through the worker process."""
    upload = scratch.table(rows)
    batch = scratch.preview_and_start(study.cast, job, upload)
    _wait_for(lambda: Batch.objects.values_list("state", flat=True).get(pk=batch.pk) != Batch.State.IMPORTING)
    batch.refresh_from_db()
    if batch.state != Batch.State.IMPORTED:
        raise RuntimeError(f"the import ended as {batch.state}")
    return batch


def _one_user(study: Study) -> Run:
    run, cost = _claims(study, 1, study.sizes.one_user)
    peer = "Peer on PostgreSQL: 200/232 ms"
    study.say(Figure("next task, one user, p50", _ms(run, 50), "ms", None, cost, _clients(run)))
    study.say(Figure("next task, one user, p95", _ms(run, 95), "ms", _on_postgresql("≤", 60), cost, peer))
    return run


def _ten_users(study: Study) -> Run:
    run, cost = _claims(study, TEN, study.sizes.ten_users)
    rate = round(run.requests / run.wall_s, 1)
    least = Demand("≥", 150 if connection.vendor == "postgresql" else 60)
    peer = "Peer: 954/1,268 ms, 11/s" if connection.vendor == "postgresql" else "Peer: 2.4/6.4 s"
    study.say(Figure("next task, ten users, rate", rate, "/s", least, cost, f"{peer}. {_clients(run)}"))
    study.say(Figure("next task, ten users, p50", _ms(run, 50), "ms", None, cost, peer))
    study.say(Figure("next task, ten users, p95", _ms(run, 95), "ms", _on_postgresql("≤", 200), cost, peer))
    return run


def _whole_tasks(study: Study) -> Run:
    hands = scratch.hire(TEN)
    with study.costed() as cost:
        run = users.do_tasks(study.servers.port, hands, study.sizes.whole_tasks)
    twice = sum(sent.times > 1 for sent in run.sent)
    note = f"next, page, hand in; {twice} answers sent twice. {_clients(run)}"
    study.say(Figure("whole tasks, ten users, rate", round(run.requests / run.wall_s, 1), "/s", None, cost[0], note))
    study.say(Figure("whole tasks, ten users, p95", _ms(run, 95), "ms", None, cost[0], note))
    return run


def _claims(study: Study, count: int, each: int) -> tuple[Run, Cost]:
    """So many users claim, each going through as many workers as it needs; nothing is held afterwards."""
    hands = [scratch.hire(users.workers_needed(each)) for _ in range(count)]
    with study.costed() as cost:
        run = users.ask_for_tasks(study.servers.port, hands, each)
    return run, cost[0]


def _never(study: Study, runs: list[Run]) -> None:
    """Nothing may be given twice or be lost, and nothing may have failed."""
    codes = [code for run in runs for code in run.codes]
    sent = [each for run in runs for each in run.sent]
    failures = [failure for run in runs for failure in run.failures]
    none = Demand("=", 0)
    peer = "Peer on SQLite: 8 of 42" if connection.vendor == "sqlite" else ""
    study.say(Figure("double leases", double_leases(codes), "", none, note=f"in {len(codes)} claims. {peer}".strip()))
    study.say(Figure("lost answers", lost_answers(sent), "", none, note=f"of {len(sent)} confirmed ones"))
    study.say(Figure("failed requests", len(failures), "", none, note=", ".join(sorted(set(failures))[:5])))


def _delivery(study: Study) -> None:
    job = scratch.open_job(study.cast, study.sizes.results)
    scratch.let_people_in(study.cast, _imported(study, job, study.sizes.results))
    scratch.resolve_all(job)
    with study.costed() as cost:
        delivery = deliveries.ask(order=job.order, by=study.cast.actor("momose"), now=clock.now())
        _wait_for(lambda: Delivery.objects.filter(pk=delivery.pk, made_at__isnull=False).exists())
    note = "asked for until four files are there, by the worker's chore; results written by one UPDATE. Peer: 14-27 s"
    name = f"export {study.sizes.results} results"
    study.say(Figure(name, round(cost[0].wall_s, 2), "s", Demand("≤", 3), cost[0], note))


def _memory(study: Study) -> None:
    memory = study.servers.memory()
    note = "web (all processes) and worker, after the load. Peer: 300-580 MB"
    study.say(Figure("memory, resident", round(memory.resident), "MB", note=note))
    study.say(Figure("memory, its own", round(memory.own), "MB", note=f"unique set size; {note}"))


def _on_postgresql(sign: str, limit: float) -> Demand | None:
    """A demand that stands for PostgreSQL only."""
    return Demand(sign, limit) if connection.vendor == "postgresql" else None  # type: ignore[arg-type]


def _ms(run: Run, hundredth: int) -> float:
    return round(percentile(run.seconds, hundredth) * 1000, 1)


def _clients(run: Run) -> str:
    """How much was asked, and what the clients themselves used for it."""
    return f"{run.requests} requests; clients' own CPU {run.cpu_s:.1f} s"


def _wait_for(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + LONGEST_CHORE
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the worker did not get there")
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    studies.main({"load": load_study, "sizes": size_study}[sys.argv[1]], QUICK if "--quick" in sys.argv else Sizes())
