"""A day without a database: calls, offers, cancels, no-shows, slow roads and breakdowns, by the rules of the service.

The same day, fleet, rules and seed give the same log, line by line. Whatever chance decides is drawn from one die.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from heapq import heappop, heappush

from machikado.engines.dispatch.chance import Die
from machikado.engines.dispatch.days import Call, Day, Entry, Figures, Simulated
from machikado.engines.dispatch.improve import construct, improve
from machikado.engines.dispatch.mishaps import BrokenDown, Cancelled, Delayed, Mishap, NoShow
from machikado.engines.dispatch.offers import OfferBoard, accept, offers
from machikado.engines.dispatch.policy import Rules, Waiting, asked_first, call, moved, pickups, promise, refuse
from machikado.engines.dispatch.progress import depart, departure, send, serve, wait
from machikado.engines.dispatch.promises import Agenda, Band, Offer, Refusal, When, Wish
from machikado.engines.dispatch.rebalance import rebalance
from machikado.engines.dispatch.repair import repair
from machikado.engines.dispatch.words import Action, Problem, Stop, Vehicle

SEEDS = 1 << 30
FREED_SECONDS = 1800  # a seat that becomes free may serve who wanted to go so much before or after
Watch = Callable[[int, Agenda], None]


def simulate(
    day: Day, fleet: Sequence[Vehicle], rules: Rules, seed: int, watch: Watch = lambda now, agenda: None
) -> Simulated:
    """Return what comes of a day; `watch` is shown the time and the agenda after each event."""
    course = _Course(day, fleet, rules, seed)
    while course.step():
        watch(course.now, course.agenda)
    course.figures.events = len(course.log)
    return Simulated(course.figures, tuple(course.log), course.agenda)


class _Course:
    """A day as it goes on: the agenda of what is left, and what is still to come."""

    def __init__(self, day: Day, fleet: Sequence[Vehicle], rules: Rules, seed: int) -> None:
        """Begin with an empty plan."""
        problem = Problem(day.travel, (), tuple(fleet))
        self.day, self.rules, self.die = day, rules, Die(seed)
        self.agenda = Agenda(problem, construct(problem))
        self.now = min([call.at for call in day.calls], default=0)
        self.figures = Figures()
        self.log: list[Entry] = []
        self.waiting: list[Waiting] = []
        self.wishes: dict[str, tuple[Wish, Offer]] = {}
        self.shared: set[str] = set()
        self.queue: list[tuple[int, int, Callable[[], None]]] = []
        self.count = 0
        for each in sorted(day.calls, key=lambda each: (each.at, each.wish.name)):
            self.later(each.at, partial(self.call, each))
        if rules.rebalance_seconds and day.expected and fleet:
            self.later(min(vehicle.open for vehicle in fleet), self.rebalance)

    def later(self, time: int, what: Callable[[], None]) -> None:
        """Let something happen then; of two things at one time the first said is the first."""
        self.count += 1
        heappush(self.queue, (time, self.count, what))

    def note(self, what: str, who: str, *numbers: int) -> None:
        """Write a line of the log."""
        self.log.append(Entry(self.now, what, who, numbers))

    def step(self) -> bool:
        """Let the next thing happen; False if there is none."""
        numbers = range(len(self.agenda.plan.routes))
        driving = min(((time, number) for number in numbers for time in self.due(number)), default=None)
        if driving and (not self.queue or driving[0] <= self.queue[0][0]):
            self.now = max(self.now, driving[0])
            (self.arrive if self.agenda.problem.vehicles[driving[1]].locked else self.set_out)(driving[1])
        elif self.queue:
            time, _, what = heappop(self.queue)
            self.now = max(self.now, time)
            self.agenda = wait(self.agenda, self.now)
            what()
        else:
            return False
        self.call_up()
        return True

    def due(self, number: int) -> list[int]:
        """When a vehicle sets out, or begins its stop if it is on its way; [] if it has none."""
        if self.agenda.problem.vehicles[number].locked:
            return [self.agenda.plan.routes[number].stops[0].begin]
        due = departure(self.agenda, number)
        return [] if due is None else [due]

    def call(self, call: Call) -> None:
        """Somebody asks, and is refused or says yes or no."""
        self.figures.calls += 1
        wish = replace(call.wish, soonest=max(call.wish.soonest, self.now))
        found = refuse(wish, self.now, self.rules) or self.offers(wish)
        if isinstance(found, Refusal):
            self.figures.refused[found.reason] += 1
            self.note(f"refused: {found.reason}", wish.name)
            if found.before or found.after:  # there are vehicles, only not then
                self.waiting.append(Waiting(wish, self.now))
            return
        off = abs(_off(wish, found[0]))
        habits = self.day.habits
        if self.die.happens(habits.decline + habits.decline_each_600_seconds * off // 600):
            self.figures.declined += 1
            self.note("declined", wish.name, off)
            return
        self.take(wish, found[0])

    def offers(self, wish: Wish) -> tuple[Offer, ...] | Refusal:
        """What there is for a wish now."""
        return offers(OfferBoard(self.agenda), wish, self.day.weights, 3, self.day.apart)

    def take(self, wish: Wish, offer: Offer) -> None:
        """Somebody says yes, and may think better of it later."""
        self.figures.accepted += 1
        self.wishes[wish.name] = wish, offer
        self.agenda = accept(self.agenda, offer, promise(offer, self.rules), self.rules.spare_seconds)
        self.note("promised", wish.name, offer.pickup, offer.arrival)
        if self.die.happens(self.day.habits.cancel) and offer.pickup > self.now:
            self.later(self.now + self.die.roll(offer.pickup - self.now), partial(self.cancel, wish.name))
        self.improve()

    def cancel(self, name: str) -> None:
        """Somebody who was not fetched yet does not want to be; the waiting list is asked."""
        stop = pickups(self.agenda.plan).get(name)
        if stop is None:
            return
        self.figures.cancelled += 1
        self.note("cancelled", name)
        self.mend(Cancelled(name))
        freed = Band(stop.place, stop.begin - FREED_SECONDS, stop.begin + FREED_SECONDS)
        for waiting in asked_first(self.waiting, freed, self.now, self.rules):
            wish = replace(waiting.wish, soonest=self.now)
            found = self.offers(wish)
            if not isinstance(found, Refusal):
                self.waiting.remove(waiting)
                self.figures.from_waiting_list += 1
                self.take(wish, found[0])
                return
        self.improve()

    def set_out(self, number: int) -> None:
        """A vehicle leaves for its next stop, slower than planned, or breaks down where it stands."""
        vehicle, stop = self.agenda.problem.vehicles[number], self.agenda.plan.routes[number].stops[0]
        if self.die.happens(self.day.habits.breakdown):
            self.figures.breakdowns += 1
            self.note("breaks down", vehicle.name)
            self.mend(BrokenDown(vehicle.name, vehicle.start, self.now))
            return
        self.agenda = depart(self.agenda, number, self.now)
        way = self.driven(vehicle.start, stop.place)
        extra = way * self.die.roll(self.day.habits.slow + 1) // 1000
        self.figures.driven_seconds += extra
        self.note("leaves", vehicle.name, stop.place, extra)
        if extra:
            self.mend(Delayed(vehicle.name, extra))

    def arrive(self, number: int) -> None:
        """A vehicle is at its next stop: somebody boards, or does not come, or is where they wanted to be."""
        vehicle, stop = self.agenda.problem.vehicles[number], self.agenda.plan.routes[number].stops[0]
        name = stop.step.name
        told = [each for each in self.agenda.promises if each.name == name]
        boarded = {rider.name: rider.boarded for rider in vehicle.aboard}
        self.agenda = serve(self.agenda, number)
        self.note(str(stop.step.action), name, stop.begin)
        if stop.step.action is Action.PICKUP:
            self.figures.broken += not told[0].pickup.open <= stop.begin <= told[0].pickup.close
            aboard = [rider.name for rider in self.agenda.problem.vehicles[number].aboard]
            if self.die.happens(self.day.habits.no_show):
                self.figures.no_shows += 1
                self.note("did not come", name)
                self.mend(NoShow(name), Delayed(vehicle.name, self.rules.no_show_seconds))
            elif len(aboard) > 1:
                self.shared.update(aboard)
        elif stop.step.action is Action.DELIVERY:
            ride = stop.begin - boarded[name]
            late = not told[0].arrival.open <= stop.begin <= told[0].arrival.close
            self.figures.broken += late or ride > told[0].max_ride
            self.count_served(name, stop, ride)

    def count_served(self, name: str, stop: Stop, ride: int) -> None:
        """Somebody is where they wanted to be."""
        wish, offer = self.wishes[name]
        figures = self.figures
        figures.served += 1
        figures.pooled += name in self.shared
        figures.ride += ride
        figures.direct += int(self.day.travel[offer.request.pickup.place, offer.request.delivery.place])
        figures.walk += offer.walk_from + offer.walk_to
        pickup = stop.begin - ride - wish.boarding
        moved_by = stop.begin - offer.arrival if wish.when is When.ARRIVE else pickup - offer.pickup
        away = _off(wish, offer) + moved_by
        figures.wait += max(0, -away if wish.when is When.ARRIVE else away)

    def driven(self, start: int, place: int) -> int:
        """Count a drive; return how long it should take."""
        way = int(self.day.travel[start, place])
        self.figures.driven_seconds += way
        self.figures.driven_metres += int(self.day.metres[start, place])
        return way

    def mend(self, *mishaps: Mishap) -> None:
        """Put right what happened, and tell people."""
        before = wait(self.agenda, self.now)
        found = repair(before, mishaps, self.now, self.rules)
        self.agenda = found.agenda
        for notice in found.notices:
            self.figures.moved += notice.new is not None
            self.figures.lost += notice.new is None
            self.note("lost" if notice.new is None else "moved", notice.name)
        self.tell(before)

    def improve(self) -> None:
        """Search for a cheaper plan that keeps all promises; the seed is written down."""
        if self.day.rounds:
            before, seed = self.agenda, self.die.roll(SEEDS)
            plan = improve(before.problem, before.plan, self.day.rounds, seed)
            self.note("improved", "", seed, before.plan.cost - plan.cost)
            self.agenda = replace(before, plan=plan, version=before.version + 1)
            self.tell(before)

    def tell(self, before: Agenda) -> None:
        """Tell those whose pickup moved within its promise."""
        for told in moved(before.plan, self.agenda.plan, self.rules):
            self.figures.told += 1
            self.note("told", told.name, told.old, told.new)

    def call_up(self) -> None:
        """Tell those who are fetched soon when exactly."""
        self.agenda, told = call(self.agenda, self.now, self.rules)
        for each in told:
            self.note("called", each.name, each.pickup.open, each.pickup.close)

    def rebalance(self) -> None:
        """Send vehicles that have nothing to do to where they will be wanted."""
        vehicles, routes = self.agenda.problem.vehicles, self.agenda.plan.routes
        idle = [k for k, car in enumerate(vehicles) if not routes[k].stops and not car.breaks and car.open <= self.now]
        places = [expected.place for expected in self.day.expected]
        where = rebalance(self.day.travel, [vehicles[k].start for k in idle], self.day.expected, places)
        for number, place in zip(idle, where, strict=True):
            car = vehicles[number]
            back = 0 if car.end is None else int(self.day.travel[place, car.end])
            home = self.now + int(self.day.travel[car.start, place]) + back
            if place != car.start and home <= min(car.close, self.now + car.max_duration):
                self.driven(car.start, place)
                self.note("waits at", car.name, place)
                self.agenda = send(self.agenda, number, place, self.now)
        if self.now + self.rules.rebalance_seconds < max((vehicle.close for vehicle in vehicles), default=self.now):
            self.later(self.now + self.rules.rebalance_seconds, self.rebalance)


def _off(wish: Wish, offer: Offer) -> int:
    """How much later than wished one is at the door."""
    return (offer.reach_door if wish.when is When.ARRIVE else offer.leave_door) - wish.time
