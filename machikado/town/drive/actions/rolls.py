"""The roll call and the check of the vehicle: what must be right before somebody drives, and is looked at after."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor
from machikado.town.common.diary import record
from machikado.town.common.errors import Cannot
from machikado.town.drive.actions.telling import tell_managers
from machikado.town.drive.checks import BY_CODE, ITEMS, Finding, may_go_out
from machikado.town.drive.events import RollCalled, VehicleChecked
from machikado.town.drive.models import RollCall, VehicleCheck
from machikado.town.drive.queries.duty import duty_of
from machikado.town.people.models import Membership, Person, Role
from machikado.town.people.permissions import require
from machikado.town.ride.hours import moment_of
from machikado.town.ride.models import VehicleShift

MOST_ALCOHOL = 500  # hundredths of a milligram; a detector shows no more
EARLY = timedelta(hours=4)  # before the shift begins


class CannotRecord(Cannot):
    """A record that would say what cannot be; nothing was written."""

    sentences = {
        "caller": _("The roll is called by a transport manager. Please choose who called it."),
        "own": _("Nobody calls their own roll. Please let another manager do it."),
        "alcohol": _("The detector shows between 0.00 and 5.00. Please write what it shows."),
        "manager_only": _("Alcohol was found. Only a manager can record the next roll call."),
        "early": _("It is too early for this shift, or it is long over. Please look at the day."),
        "reason": _("There is a record already. Please write why this one takes its place."),
        "gone_out": _("The vehicle has gone out already."),
        "not_out": _("The vehicle has not gone out yet."),
        "items": _("Please look at every item, and say whether it is good."),
        "remark": _("Please write what is wrong: %(item)s"),
    }


@dataclass(frozen=True, slots=True)
class NewRollCall:
    """A roll call as it was held. `alcohol` in hundredths of a milligram in a litre of breath."""

    sent_key: UUID
    part: str
    called_by: Person
    alcohol: int
    how: str = RollCall.How.FACE
    signs: bool = False
    health: str = RollCall.Health.GOOD
    fit: bool = True
    note: str = ""
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether they may drive; after driving, whether they had drunk nothing. Any alcohol is too much."""
        sober = self.alcohol == 0 and not self.signs
        return sober and (self.fit or self.part == RollCall.Part.AFTER)


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check of the vehicle as it was made."""

    sent_key: UUID
    findings: tuple[Finding, ...]
    reason: str = ""


def call_roll(*, shift: VehicleShift, new: NewRollCall, by: Actor, now: datetime) -> RollCall:
    """Record a roll call; one that does not pass stops the shift, and the managers hear of it. Raises CannotRecord."""
    require(by, may="drive.duty", on=shift.driver)
    _check_caller(shift, new)
    with transaction.atomic():
        held = hold(shift)
        if (sent := RollCall.objects.filter(shift=held, sent_key=new.sent_key).first()) is not None:
            return sent
        check_day(held, now)
        before = _check_part(held, new, by)
        row = RollCall.objects.create(
            shift=held,
            sent_key=new.sent_key,
            at=now,
            entered_by_id=by.person_id,
            replaces=before,
            reason=new.reason,
            part=RollCall.Part(new.part),
            called_by=new.called_by,
            how=RollCall.How(new.how),
            alcohol=new.alcohol,
            signs=new.signs,
            health=RollCall.Health(new.health),
            fit=new.fit,
            passed=new.passed,
            note=new.note,
        )
        record(RollCalled(code=held.code, part=row.part, how=row.how, passed=row.passed), by=by, now=now)
        if not row.passed:
            tell_managers("drive.roll_failed", held, now)
    return row


def check_vehicle(*, shift: VehicleShift, new: NewCheck, by: Actor, now: datetime) -> VehicleCheck:
    """Record a check of the vehicle; a fault that forbids driving stops the shift. Raises CannotRecord."""
    require(by, may="drive.duty", on=shift.driver)
    _check_findings(new.findings)
    with transaction.atomic():
        held = hold(shift)
        if (sent := VehicleCheck.objects.filter(shift=held, sent_key=new.sent_key).first()) is not None:
            return sent
        check_day(held, now)
        duty = duty_of(held)
        if duty.departure is not None:
            raise CannotRecord("gone_out")
        row = VehicleCheck.objects.create(
            shift=held,
            sent_key=new.sent_key,
            at=now,
            entered_by_id=by.person_id,
            replaces=duty.check,
            reason=new.reason if duty.check is not None else "",
            findings=[[each.code, each.is_good, each.remark] for each in new.findings],
            passed=may_go_out(new.findings),
        )
        faults = [each.code for each in new.findings if not each.is_good]
        told = VehicleChecked(code=held.code, vehicle=held.vehicle.code, faults=faults, passed=row.passed)
        record(told, by=by, now=now)
        if faults:
            tell_managers("drive.faults" if row.passed else "drive.check_failed", held, now)
    return row


def hold(shift: VehicleShift) -> VehicleShift:
    """The shift, held in the caller's transaction, so that one duty is recorded at a time."""
    rows = VehicleShift.objects.select_for_update(of=("self",)).select_related("vehicle", "driver")
    return rows.get(pk=shift.pk)


def check_day(shift: VehicleShift, now: datetime) -> None:
    """Raise for a shift of another day: long before it begins, or a day after its end."""
    begin, end = moment_of(shift.day, shift.begins) - EARLY, moment_of(shift.day, shift.ends) + timedelta(days=1)
    if not begin <= now <= end:
        raise CannotRecord("early")


def _check_caller(shift: VehicleShift, new: NewRollCall) -> None:
    if new.called_by == shift.driver:
        raise CannotRecord("own")
    if not Membership.objects.filter(person=new.called_by, role=Role.TRANSPORT, until=None).exists():
        raise CannotRecord("caller")
    if not 0 <= new.alcohol <= MOST_ALCOHOL:
        raise CannotRecord("alcohol")


def _check_part(shift: VehicleShift, new: NewRollCall, by: Actor) -> RollCall | None:
    """The roll call whose place this one takes; a driver cannot talk themselves out of one that failed."""
    duty = duty_of(shift)
    is_before = new.part == RollCall.Part.BEFORE
    if is_before == (duty.departure is not None):
        raise CannotRecord("gone_out" if is_before else "not_out")
    old = duty.before if is_before else duty.after
    if old is None:
        return None
    if not old.passed and by.person_id is not None and not by.has(Role.TRANSPORT):
        raise CannotRecord("manager_only")
    if not new.reason:
        raise CannotRecord("reason")
    return old


def _check_findings(findings: tuple[Finding, ...]) -> None:
    if [each.code for each in findings] != [item.code for item in ITEMS]:
        raise CannotRecord("items")
    for each in findings:
        if not each.is_good and not each.remark.strip():
            raise CannotRecord("remark", item=BY_CODE[each.code].label)
