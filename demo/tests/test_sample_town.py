"""A newcomer builds the sample town and watches its day."""

import csv
import io
from datetime import timedelta
from io import StringIO
from random import Random

import pytest
from rich.console import Console

from demo import crowd, day, handwriting, recipes, sheets, town
from machikado.town.common import clock, soundness
from machikado.town.common.models import Place
from machikado.town.people.models import Worker
from machikado.town.ride.models import Stop, VehicleShift
from machikado.town.ride.queries.roads import bad_kerbs, network_in_use
from machikado.town.work import bridge
from machikado.town.work.models import Job, Order, Submission, Task


@pytest.fixture
def sample(db, settings, tmp_path):
    """A sample town with forty handwritten digits; its clock is its own."""
    settings.MACHIKADO_DEMO = True
    settings.MACHIKADO_HOME = tmp_path
    town.build(digits=40, console=Console(file=StringIO()))


@pytest.mark.long
def test_a_newcomer_finds_a_sound_town_and_sees_work_being_done(sample):
    """One town for all of it: building it takes a while."""
    states = set(Order.objects.values_list("state", flat=True))
    assert states == set(Order.State.values) - {"invoiced", "paid"}  # those come with the money
    assert Worker.objects.count() == 3 + 60
    assert Place.objects.filter(kind="station").count() == 8
    network = network_in_use()
    assert network is not None
    assert network.is_synthetic
    bad = bad_kerbs(network)
    assert [bad.off.count(), bad.unreachable.count(), bad.wrong_side.count()] == [0, 0, 0]
    assert 120 <= Stop.objects.count() <= 194
    assert VehicleShift.objects.count() >= 4 * 7
    assert list(soundness.all_problems(full=True)) == []

    done = Task.objects.filter(job__title__startswith="手書きの数字", state="resolved")
    right = [task for task in done if task.result == task.known]
    assert done.count() >= 15
    assert len(right) / done.count() > 0.9

    first = bridge.next_for(Worker.objects.get(person__family_name="中島"), 25, clock.now())[0]
    assert "寄附の申込書" in Job.objects.get(pk=first.job_id).title, "what the first page of the README shows"

    before = Submission.objects.count()
    play = day.Day(crowd.load(), Random(1))
    for second in range(20):  # twenty real seconds are twenty town minutes
        play.step(clock.now() + timedelta(minutes=second))
    assert Submission.objects.count() >= before + 20
    assert list(soundness.all_problems(full=False)) == []


def test_only_the_sample_town_is_built(db, settings):
    settings.MACHIKADO_DEMO = False
    with pytest.raises(town.CannotBuild, match="switch"):
        town.build(digits=1, console=Console(file=StringIO()))


def test_a_sheet_shows_what_is_known_of_it():
    """The same chance draws the same paper, and another number is another paper."""
    one = sheets.made_up(27, Random(3))
    assert one.number == "04127"
    assert sheets.draw(one, Random(3)).tobytes() == sheets.draw(one, Random(3)).tobytes()
    assert sheets.draw(one, Random(3)).tobytes() != sheets.draw(sheets.made_up(28, Random(3)), Random(3)).tobytes()


def test_the_handwriting_is_the_real_set():
    """1,797 digits; the first ten of the set are 0 to 9 in order."""
    assert len(handwriting.digits()) == 1797
    assert [digit.label for digit in handwriting.digits()[:10]] == list(range(10))


def test_the_name_of_a_paper_gives_no_answer_away():
    upload = recipes.donation_papers(Random(3), 4)
    assert upload.content is not None
    header, *rows = csv.reader(io.StringIO(upload.content.read().decode("utf-8-sig")))
    for row in rows:
        told = dict(zip(header, row, strict=True))
        assert told["known:number"] not in told["name"] + told["image"]
