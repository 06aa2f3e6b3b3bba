"""The `machikado` command: serve, work in the background, build the sample town, check, keep and restore, measure."""

# Django must be set up before models can be imported, so each command imports what it needs after `django.setup()`.

import faulthandler
import os
import re
import sys
from itertools import chain
from pathlib import Path
from typing import Annotated

import django
import typer
from rich.console import Console

from machikado.bench.dispatch.asked import Asked
from machikado.bench.options import fields_as_options
from machikado.town.common.errors import Cannot

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
import_app = typer.Typer(no_args_is_help=True, help="Bring files into the town.")
app.add_typer(import_app, name="import")
export_app = typer.Typer(no_args_is_help=True, help="Give facts of the town out as files.")
app.add_typer(export_app, name="export")
bench_app = typer.Typer(no_args_is_help=True, help="Measure, beside peers; numbers belong into docs/benchmarks.md.")
app.add_typer(bench_app, name="bench")
console = Console()
ExistingFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]


def main() -> None:
    """Run the command; what is refused comes out as its sentence, with exit code 1."""
    faulthandler.enable()  # a process that crashes says in the log where it was
    try:
        app()
    except Cannot as refusal:
        console.print(refusal.sentence, markup=False, highlight=False, style="red")
        sys.exit(1)


@app.callback()
def prepare(context: typer.Context) -> None:
    """Machikado: a small town runs its own regional DX centre."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "machikado.town.config.settings")
    if context.invoked_subcommand == "run":  # what it runs is always the sample town, and settings are read only once
        os.environ["MACHIKADO_DEMO"] = "1"
    django.setup()


@app.command()
def serve(port: Annotated[int, typer.Option(envvar="PORT")] = 8000, workers: int = 2) -> None:
    """Serve the pages on 127.0.0.1 (put a TLS proxy in front of it in a real town)."""
    from machikado import processes

    processes.refuse_taken(port, "machikado serve --port 8100")
    command = processes.web_command(port, workers)
    os.execv(command[0], command)  # noqa: S606  our own command line


@app.command()
def worker() -> None:
    """Do the chores, seal the diary and keep the periodic duties; as many of these as wanted, on any machine."""
    from machikado.town.common import worker as background

    background.run_until_signal()


@app.command()
def run(port: Annotated[int, typer.Option(envvar="PORT")] = 8000) -> None:
    """The sample town, living: database, people, server, worker and a day that plays by itself at 60×."""
    from machikado import processes

    raise typer.Exit(processes.run_sample_town(port))


@app.command()
def demo(full: Annotated[bool, typer.Option("--full", help="all 1,797 handwritten digits")] = False) -> None:
    """Build the sample town in an empty database."""
    from demo import town
    from machikado import processes

    town.ask_the_switch()
    processes.prepare_database()
    town.build(digits=1797 if full else 200, console=console)


@app.command()
def simulate(minutes: Annotated[int, typer.Option(help="town minutes to play; 0 = until stopped")] = 0) -> None:
    """Let the sample town's people work, through the same actions as the pages."""
    from demo import day

    day.play(minutes=minutes)


@app.command()
def check(
    quick: Annotated[bool, typer.Option("--quick", help="do not read every stored byte again")] = False,
    head: Annotated[str, typer.Option(help="the diary's head that was noted earlier, SEQ:HASH")] = "",
    backup: Annotated[Path | None, typer.Option(help="a backup whose head must still be in the diary")] = None,
) -> None:
    """Say what is unsound: the diary's chain, its triggers, and every `problems()`. Exit code 1 if anything is."""
    from machikado import keeping
    from machikado.town.common import diary, diary_check, soundness

    known = [_parsed_head(head)] if head else []
    known += [keeping.head_of(backup)] if backup else []
    found = 0
    for problem in chain(soundness.all_problems(full=not quick), *(diary_check.head_problems(*end) for end in known)):
        found += 1
        console.print(problem, markup=False, highlight=False)
    console.print(_verdict(found))
    seq, sealed = diary.head()
    console.print(f"The diary's head: {seq}:{sealed}", soft_wrap=True, highlight=False)
    raise typer.Exit(1 if found else 0)


def _parsed_head(text: str) -> tuple[int, str]:
    """Read `SEQ:HASH` as `check` and `backup` print it."""
    noted = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text.strip())
    if noted is None:
        raise typer.BadParameter("write it as it was printed, SEQ:HASH", param_hint="--head")
    return int(noted[1]), noted[2]


def _verdict(found: int) -> str:
    if found == 0:
        return "Sound: the diary, its seals and every table agree."
    return "1 problem" if found == 1 else f"{found} problems"


@app.command()
def found(
    name: Annotated[str, typer.Option(prompt="Name of the town")],
    kana: Annotated[str, typer.Option(prompt="Its reading")],
    municipality_code: Annotated[str, typer.Option(prompt="全国地方公共団体コード (six digits)")],
    legal_entity: Annotated[str, typer.Option(prompt="Legal name of the centre")],
    email: Annotated[str, typer.Option(prompt="E-mail of the first coordinator")],
) -> None:
    """Found a real town in an empty database: the town, the centre and its first coordinator."""
    from machikado.town.common import clock
    from machikado.town.people.actions import town

    password = typer.prompt("Password of the first coordinator (at least 10 characters)", hide_input=True)
    town.found(
        town.NewTown(name=name, name_kana=kana, municipality_code=municipality_code, legal_entity=legal_entity),
        email=email,
        password=password,
        now=clock.now(),
    )
    console.print("Founded. Start `machikado serve` and `machikado worker`, then sign in.")


@import_app.command("places")
def import_places(file: ExistingFile) -> None:
    """Read a gazetteer from CSV: kind, name, kana, address, lat, lon, source."""
    from machikado.town.common import gazetteer

    with file.open(encoding="utf-8-sig", newline="") as lines:
        console.print(f"{gazetteer.load_places(gazetteer.read_csv(lines))} places")


@import_app.command("roads")
def import_roads(file: ExistingFile) -> None:
    """Read a map of roads (.osm.pbf, .osm, .osm.gz, .osm.bz2, .geojson) and use it from now on."""
    from machikado.town.common import clock
    from machikado.town.common.actors import SYSTEM
    from machikado.town.ride.actions import roads
    from machikado.town.ride.queries.roads import bad_kerbs

    try:
        with file.open("rb") as content:
            data = content.read(roads.MOST_BYTES + 1)
        network = roads.bring_in(name=file.name, data=data, by=SYSTEM, now=clock.now())
    except Cannot as refusal:
        if refusal.__cause__ is not None:
            console.print(f"The reader says: {refusal.__cause__}", markup=False, highlight=False, soft_wrap=True)
        raise
    console.print(f"Version {network.number}: {network.ways} ways, {network.arcs} arcs, {network.km} km")
    islands = ", ".join(f"{metres / 1000:.1f} km" for metres in network.island_metres[1:])
    console.print(f"Islands beside the main part: {islands or 'none'}", soft_wrap=True)
    for code, count in sorted(network.remark_counts.items()):
        console.print(f"Remarked {count} × {code}", highlight=False)
    for _code, element, text in network.remark_lines:
        console.print(f"  {element}: {text}", markup=False, highlight=False, soft_wrap=True)
    bad = bad_kerbs(network)
    for words, names in (
        ("On no road", [f"{stop.number} {stop.name}" for stop in bad.off]),
        ("Not to be reached", [f"{kerb.stop.number} {kerb.stop.name}" for kerb in bad.unreachable]),
        ("On the wrong side", [f"{kerb.stop.number} {kerb.stop.name}" for kerb in bad.wrong_side]),
    ):
        for name in names:
            console.print(f"{words}: {name}", markup=False, highlight=False)


@import_app.command("stops")
def import_stops(file: ExistingFile) -> None:
    """Read stops from a CSV in the columns of 自治体標準オープンデータセット; all of them or none."""
    from machikado.town.common import clock
    from machikado.town.common.actors import SYSTEM
    from machikado.town.ride import stop_table
    from machikado.town.ride.actions import stop_tables
    from machikado.town.ride.queries.area import first_area

    area = first_area()
    if area is None:
        console.print("There is no service area yet. Please found one first, on the page of the hours.", style="red")
        raise typer.Exit(1)
    try:
        with file.open("rb") as content:
            rows = stop_table.read(content.read(stop_table.MOST_BYTES + 1))
        done = stop_tables.take_in(area=area, rows=rows, by=SYSTEM, now=clock.now())
    except stop_tables.CannotImportStops as refusal:
        for fault in refusal.faults:
            console.print(f"line {fault.line}: {fault.reason.sentence}", markup=False, highlight=False, soft_wrap=True)
        console.print("Nothing was imported.", style="red")
        raise typer.Exit(1) from refusal
    console.print(f"{done.added} new, {done.changed} changed, {done.same} as they were")


@import_app.command("timetable")
def import_timetable(
    file: ExistingFile, look: Annotated[bool, typer.Option("--look", help="do not use it yet")] = False
) -> None:
    """Read the times of trains or buses (GTFS, .zip) and find ways with them from now on."""
    from machikado.town.common import clock
    from machikado.town.common.actors import SYSTEM
    from machikado.town.transit.actions import timetables
    from machikado.town.transit.timetables.tables import MOST_BYTES
    from machikado.town.transit.timetables.words import CannotReadTimetable

    now = clock.now()
    try:
        with console.status(f"reading {file.name}"), file.open("rb") as content:
            row = timetables.bring_in(name=file.name, data=content.read(MOST_BYTES + 1), by=SYSTEM, now=now)
    except CannotReadTimetable as refusal:
        for fault in refusal.faults:
            said = f"{fault.table}, line {fault.line}: {fault.reason.sentence}"
            console.print(said, markup=False, highlight=False, soft_wrap=True)
        raise
    if not look:
        timetables.use(timetable=row, by=SYSTEM, now=now)
    counts = f"{row.halts} stops, {row.lines} lines, {row.runs} runs, {row.first_day} to {row.last_day}"
    console.print(f"{row.operator}, version {row.number}: {counts}", highlight=False)


@export_app.command("gtfs")
def export_gtfs(file: Annotated[Path, typer.Argument(dir_okay=False, writable=True)]) -> None:
    """Write the bus as GTFS with Flex (.zip): the same bytes for the same facts."""
    from machikado.town.common import clock
    from machikado.town.transit.feeds import packing
    from machikado.town.transit.queries.feeds import feed_facts

    feed = packing.packed(feed_facts(clock.now()))
    file.write_bytes(feed.data)
    console.print(f"Version {feed.version}, {len(feed.data)} bytes", highlight=False)
    for name, rows in feed.counts.items():
        console.print(f"  {name}: {rows}", highlight=False)


@app.command()
def backup(file: Path) -> None:
    """Write database and stored files into one .tar.gz, while the town goes on."""
    from machikado import keeping

    keeping.backup(file, console=console)


@app.command()
def restore(file: Path) -> None:
    """Bring a backup back into an empty home. Refuses where a town already lives."""
    from machikado import keeping

    keeping.restore(file, console=console)


@bench_app.command("work")
def bench_work(
    json: Annotated[bool, typer.Option("--json", help="one object a line")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="small sizes, to see that it runs")] = False,
) -> None:
    """Measure through HTTP: claims, answers, imports, exports."""
    from machikado.bench import run_bench

    raise typer.Exit(run_bench("work", as_json=json, quick=quick, console=console))


@bench_app.command("ride")
def bench_ride(
    json: Annotated[bool, typer.Option("--json", help="one object a line")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="small sizes, to see that it runs")] = False,
) -> None:
    """Measure the bus through HTTP: offers, promises, the manager's day, a day played again."""
    from machikado.bench import run_bench

    raise typer.Exit(run_bench("ride", as_json=json, quick=quick, console=console))


@bench_app.command("dispatch")
@fields_as_options(Asked)
def bench_dispatch(asked: Asked) -> None:
    """Measure dispatch: instances of the literature, insertions, days. Each plan is checked, and written with --out."""
    from machikado.bench import report
    from machikado.bench.dispatch import measuring

    try:
        raise typer.Exit(report(measuring.lines(asked), as_json=asked.json, console=console))
    except measuring.NothingToMeasure as nothing:
        raise typer.BadParameter(str(nothing), param_hint="--set") from nothing
