"""Who may do what: one table of verbs and roles, asked by every action."""

from django.utils.translation import gettext_lazy as _

from machikado.town.common.actors import Actor, ActorKind
from machikado.town.common.errors import Cannot
from machikado.town.people.models import Invitation, Organisation, Person, Role

OWNER = "owner"  # not a role: the person whose thing it is (`on.person_id`)
PROXY = "proxy"  # not a role: somebody to whom that person agreed, and it is in force (`on.proxy_ids`)

_COORDINATOR = frozenset({Role.COORDINATOR.value})
_CHECKERS = frozenset({Role.COORDINATOR.value, Role.LEADER.value})
_CLIENT = frozenset({Role.CLIENT.value})
_TRANSPORT = frozenset({Role.TRANSPORT.value})
_WORKER = frozenset({Role.WORKER.value})

MAY: dict[str, frozenset[str]] = {
    "people.add_person": _COORDINATOR | _TRANSPORT,  # who telephones for a bus
    "people.change_person": _COORDINATOR | {OWNER},
    "people.erase_person": _COORDINATOR,
    "people.open_account": _COORDINATOR,
    "people.change_password": frozenset({OWNER}),
    "people.add_organisation": _COORDINATOR,
    "people.grant_role": _COORDINATOR,
    "people.invite": _COORDINATOR | _CLIENT,
    "people.register_worker": _COORDINATOR,
    "people.step_worker": _COORDINATOR,
    "people.rest": _COORDINATOR | {OWNER},
    "people.read_message": frozenset({OWNER}),
    "people.name_guest": frozenset({OWNER}),
    "people.telephone": _COORDINATOR | _TRANSPORT,
    "people.issue_token": _COORDINATOR,
    "work.inquire_for": _COORDINATOR | _CLIENT,
    "work.estimate": _COORDINATOR,
    "work.accept_estimate": _CLIENT,
    "work.accept_estimate_for": _COORDINATOR,
    "work.step_order": _COORDINATOR,
    "work.link_client": _COORDINATOR,
    "work.erase_inquiry": _COORDINATOR,
    "work.add_job": _COORDINATOR,
    "work.step_job": _COORDINATOR,
    "work.import_batch": _COORDINATOR,
    "work.open_batch": _COORDINATOR,
    "work.make_delivery": _COORDINATOR,
    "work.decide_delivery": _CLIENT,
    "work.decide_delivery_for": _COORDINATOR,
    "work.do": _WORKER,
    "work.release_for": _COORDINATOR,
    "work.review": _CHECKERS,
    "work.confirm_objection": _CHECKERS,
    "work.settle": _CHECKERS,
    "ride.change_area": _TRANSPORT,
    "ride.import_roads": _TRANSPORT,
    "ride.change_stops": _TRANSPORT,
    "ride.change_vehicles": _TRANSPORT,
    "ride.plan_shifts": _TRANSPORT,
    "ride.set_fares": _TRANSPORT,
    "transit.change_timetables": _TRANSPORT,
    "ride.run_day": _TRANSPORT,
    "ride.telephone": _TRANSPORT | _COORDINATOR,
    "ride.meet_caller": _TRANSPORT | _COORDINATOR,
    "ride.report_position": frozenset({OWNER}),
    "ride.set_receptions": _TRANSPORT,
    "ride.call_back": _CLIENT,
    "ride.book": _TRANSPORT | _COORDINATOR | {OWNER, PROXY},
    "ride.know_passenger": _TRANSPORT | _COORDINATOR | {OWNER},
    "ride.agree": frozenset({OWNER}),
    "ride.take_consent": _TRANSPORT | _COORDINATOR,
    "ride.end_consent": _TRANSPORT | _COORDINATOR | {OWNER, PROXY},
    "ride.issue_receipt": _TRANSPORT | _COORDINATOR | {OWNER},
    "ride.sell_tickets": _TRANSPORT | _COORDINATOR,
    "ride.undo_tickets": _TRANSPORT,  # what was sold before today, and fares that a card paid
    "ride.drive": _TRANSPORT | {OWNER},
    "drive.duty": _TRANSPORT | {OWNER},
}
FOR_MACHINES = frozenset({"work.do"})
FOR_GUESTS = frozenset({"people.name_guest", "ride.book"})


class CannotDo(Cannot):
    """Somebody asked for what their role does not allow."""

    sentences = {
        "not_allowed": _("Your role does not allow this. Please ask a coordinator of the centre."),
    }


def require(by: Actor, *, may: str, on: object | None = None) -> None:
    """Raise CannotDo unless `by` may do this (to `on`). A client acts only for the organisation that `on` belongs to.

    The system may do everything: its actions follow from others that were asked for. A machine may only do work,
    a guest only book.
    """
    if by.kind is ActorKind.SYSTEM:
        return
    allowed = FOR_GUESTS if by.kind is ActorKind.GUEST else FOR_MACHINES
    if by.kind is not ActorKind.PERSON and may not in allowed:
        raise CannotDo("not_allowed", may=may)
    if not any(_holds(by, role, on) for role in MAY[may]):
        raise CannotDo("not_allowed", may=may)


def _holds(by: Actor, role: str, on: object | None) -> bool:
    if role == OWNER:
        return by.person_id is not None and by.person_id == _person_id(on)
    if role == PROXY:
        return by.person_id is not None and by.person_id in getattr(on, "proxy_ids", ())
    if role == Role.CLIENT:
        return by.has_in(_client_id(on), role)
    return by.has(role)


def _person_id(on: object | None) -> int | None:
    return on.pk if isinstance(on, Person) else getattr(on, "person_id", None)


def _client_id(on: object | None) -> int | None:
    """The client (id of an organisation) whose thing this is: itself, its `client_id`, or its order's."""
    if on is None or isinstance(on, Organisation):
        return on.pk if on else None
    if isinstance(on, Invitation):
        return on.organisation_id
    if hasattr(on, "client_id"):
        return getattr(on, "client_id", None)
    return _client_id(getattr(on, "order", None))
