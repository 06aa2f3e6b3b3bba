"""Builds the sample town: places, people, and orders in every state, through the same actions as the pages."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings
from rich.console import Console
from rich.progress import Progress

from demo import bus, cast, crowd, duties, guests, hands, relatives, rides, tickets, trains
from demo.office import Desk, disputed
from demo.recipes import DIGITS, DONATIONS, GOODS, Recipe
from machikado.town.common import clock, gazetteer, worker
from machikado.town.common.calendar import town_date
from machikado.town.common.errors import Cannot
from machikado.town.people.actions import messages
from machikado.town.people.models import Message, Organisation
from machikado.town.work.actions import batches, stops
from machikado.town.work.models import Delivery, Job, Order

SEED = 20261124
DAY_BEGINS = time(9, 0)
PLACES = Path(__file__).with_name("places.csv")


@dataclass(frozen=True, slots=True)
class Builder:
    """The town while it is built: who is there, and the morning on which its day will begin."""

    desk: Desk
    shop: Organisation
    morning: datetime

    def ago(self, days: int, hours: int = 0) -> datetime:
        """A moment before the morning; the town's clock is set to it, as the chores ask for the time."""
        moment = self.morning - timedelta(days=days, hours=-hours)
        clock.begin(moment)
        return moment

    def accepted(self, recipe: Recipe, items: int, days: int) -> Order:
        """An order whose estimate the client accepted so many days ago."""
        order = self.desk.inquire(recipe, self.shop, items, self.ago(days))
        self.desk.estimate(order, recipe, self.shop, self.ago(days, 2))
        self.desk.accept(order, self.ago(days, 6))
        return order

    def running(self, recipe: Recipe, items: int, days: int) -> Job:
        """An order on which people can work since so many days."""
        order = self.accepted(recipe, items, days)
        job = self.desk.prepare(order, recipe, self.ago(days, 7))
        batch = self.desk.fill(job, recipe, items, self.ago(days, 7))
        batches.start(batch=batch, by=self.desk.crowd.coordinator, now=self.ago(days, 8))
        worker.do_waiting_chores()
        self.desk.open(batch, clock.now())  # the import took its time
        return Job.objects.get(pk=job.pk)

    def worked(self, job: Job, answers: int, days: int) -> None:
        """The crowd hands in so many answers within one day, so many days ago."""
        start = self.ago(days)
        hands.work_through(self.desk.crowd, job, (start, timedelta(hours=7)), self.desk.chance, answers)

    def delivered(self, order: Order, now: datetime) -> Delivery:
        """What is checked of an order, as files."""
        delivery = self.desk.deliver(order, now)
        worker.do_waiting_chores()
        return Delivery.objects.get(pk=delivery.pk)

    def finished(self, recipe: Recipe, items: int, days: int) -> Order:
        """An order that is all done and settled, ready to be delivered."""
        job = self.running(recipe, items, days)
        self.worked(job, items * recipe.redundancy, days - 1)
        while waiting := disputed(job):
            self.desk.settle(waiting, self.ago(days - 1, 8))
        return Order.objects.get(pk=job.order_id)


class CannotBuild(Cannot):
    """A sample town that was not built."""

    sentences = {  # the command line speaks English
        "switch": "The sample town is built with MACHIKADO_DEMO=1 only, so that no real town gets made-up people."
    }


def ask_the_switch() -> None:
    """Raise CannotBuild where this is no home for a sample town."""
    if not settings.MACHIKADO_DEMO:
        raise CannotBuild("switch")


def build(*, digits: int, console: Console) -> None:
    """Build the sample town; its day begins at nine this morning. Needs an empty database.

    Raises CannotBuild without the demo switch, CannotFound where a town lives already.
    """
    ask_the_switch()
    here = clock.real_now().astimezone(ZoneInfo(settings.TIME_ZONE))
    morning = datetime.combine(town_date(here), DAY_BEGINS, ZoneInfo(settings.TIME_ZONE))
    clock.begin(morning - timedelta(days=40))
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("people and places", total=None)
        members = cast.build(clock.now())
        with PLACES.open(encoding="utf-8", newline="") as lines:
            gazetteer.load_places(gazetteer.read_csv(lines))
        builder = Builder(Desk(crowd.build(clock.now()), Random(SEED)), members.shop, morning)  # noqa: S311  a sample town
        steps = _orders(builder, members, digits)
        for number, (words, make) in enumerate(steps):
            progress.update(bar, description=words, completed=number, total=len(steps))
            make()
        _read_old_messages(members, morning - timedelta(days=1))
    clock.begin(morning)
    console.print("The sample town is ready: everything in it is made up, save the places and the handwriting.")


def _read_old_messages(members: cast.Cast, until: datetime) -> None:
    """What the six were told before a day ago is no news to them."""
    for message in Message.objects.filter(person__in=members.persons.values(), read_at=None, made_at__lt=until):
        messages.read(message=message, by=crowd.actor_of(message.person), now=until)


def _orders(builder: Builder, members: cast.Cast, digits: int) -> list[tuple[str, Callable[[], object]]]:
    """Orders in every state that an action can bring about, what is done first."""
    return [
        ("the bus", lambda: bus.build(members, builder.ago(35), town_date(builder.morning))),
        ("trains", lambda: trains.build(builder.ago(34), town_date(builder.morning))),
        ("closed and accepted", lambda: _old_orders(builder)),
        ("delivered, rework", lambda: _delivered(builder)),
        ("real handwriting", lambda: _handwriting(builder, members, digits)),
        # Due in two days, so that it is what a worker is offered first.
        ("donation forms", lambda: builder.worked(builder.running(DONATIONS, 60, 8), 48, 1)),
        ("goods", lambda: builder.worked(builder.running(GOODS.called("みやげ物の名前を整える"), 80, 2), 70, 1)),
        ("young orders", lambda: _young_orders(builder, members.other_shop)),
        ("rides", lambda: rides.build(members, builder.ago(0, -1))),
        ("cards and passes", lambda: tickets.build(members, builder.ago)),
        ("relatives", lambda: relatives.build(members, builder.ago(0, -1))),
        ("guests", lambda: guests.build(builder.ago(0, -1))),
        ("drivers", lambda: duties.build(members, builder.morning)),
    ]


def _handwriting(builder: Builder, members: cast.Cast, digits: int) -> None:
    """The real handwriting: two of the cast keyed some of it, the crowd more; the rest is for the day."""
    job = builder.running(DIGITS, digits, 3)
    cast_workers = tuple(members.worker(slug) for slug in ("nakajima", "hara"))
    two = replace(builder.desk.crowd, workers=cast_workers)
    for days in (3, 2):
        hands.work_through(two, job, (builder.ago(days, 1), timedelta(hours=2)), builder.desk.chance, digits // 5)
    builder.worked(job, digits * 9 // 10, 2)


def _old_orders(builder: Builder) -> None:
    """One order that is closed, one that the client accepted."""
    desk = builder.desk
    for days, closes in ((30, True), (20, False)):
        order = builder.finished(GOODS.called(f"商品台帳を整える（{'春' if closes else '夏'}）"), 24, days)
        delivery = builder.delivered(order, builder.ago(days - 2))
        desk.decide(delivery, (), builder.ago(days - 3))
        if closes:
            desk.close(order, builder.ago(days - 4))


def _delivered(builder: Builder) -> None:
    """One order that waits for the client, one of which the client wants two rows again, one that is suspended."""
    desk = builder.desk
    builder.delivered(builder.finished(DONATIONS.called("寄附の申込書を入力する（10月）"), 24, 8), builder.ago(1))
    again = builder.finished(GOODS.called("秋のカタログの商品名を整える"), 30, 7)
    delivery = builder.delivered(again, builder.ago(3))
    desk.decide(delivery, list(delivery.tasks.select_related("job__procedure").order_by("pk")[:2]), builder.ago(0, -1))
    held = builder.running(GOODS.called("歳末の品書きを整える"), 20, 6)
    reason = "品書きの3ページめが読めないため、きれいな写しをお待ちしています。届いたら、再開します。"
    stops.stop(order=held.order, to=Order.State.SUSPENDED, reason=reason, by=desk.crowd.coordinator, now=builder.ago(5))


def _young_orders(builder: Builder, other_shop: Organisation) -> None:
    """Orders before the work: asked, priced, agreed, in preparation, declined, cancelled, and one of another client."""
    desk, coordinator = builder.desk, builder.desk.crowd.coordinator
    desk.inquire(GOODS.called("通信販売の商品名を整えたい"), builder.shop, 300, builder.ago(0, -2))
    for recipe, shop, items in (
        (DONATIONS.called("年末の申込書を入力する"), builder.shop, 500),
        (GOODS, other_shop, 90),
    ):
        desk.estimate(desk.inquire(recipe, shop, items, builder.ago(2)), recipe, shop, builder.ago(1))
    builder.accepted(DONATIONS.called("寄附の申込書を入力する（12月）"), 120, 1)
    preparing = builder.accepted(GOODS.called("古い台帳の商品名を整える"), 40, 2)
    batch = desk.fill(desk.prepare(preparing, GOODS, builder.ago(1)), GOODS, 40, builder.ago(1, 2))
    batches.start(batch=batch, by=coordinator, now=builder.ago(1, 3))
    declined = desk.inquire(GOODS.called("名札を5枚つくってほしい"), builder.shop, 5, builder.ago(12))
    reason = "名札を作る道具がないため、お受けできません。市内の印刷所をご案内できます。"
    stops.stop(order=declined, to=Order.State.DECLINED, reason=reason, by=coordinator, now=builder.ago(11))
    cancelled = builder.accepted(GOODS.called("夏祭りの品書きを整える"), 60, 14)
    reason = "お祭りが中止になったと伺い、取り消しました。"
    stops.stop(order=cancelled, to=Order.State.CANCELLED, reason=reason, by=coordinator, now=builder.ago(12))
