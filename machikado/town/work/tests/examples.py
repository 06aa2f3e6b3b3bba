"""Examples of work for the six questions, made through the actions as people would make them."""

from django.urls import resolve

from machikado.town.common import clock, files
from machikado.town.work.actions import assignments, orders, questions, submissions
from machikado.town.work.actions.batches import Upload
from machikado.town.work.models import Assignment
from machikado.town.work.tests.corner import new_answer
from machikado.town.work.tests.makings import agreed_order, loose, open_job, ready_batch, table
from machikado.town.work.tests.order_examples import CLIENT, ORDER_EXAMPLES
from tests.examples import Cast, Example

NAKAJIMA = frozenset({"nakajima"})
STAFF = frozenset({"momose", "ozawa", "kobayashi", "maruyama"})


def started(cast: Cast, redundancy: int = 2) -> Assignment:
    """A task that Nakajima has begun, of a running order with four items."""
    order = agreed_order(cast)
    job = open_job(cast, order, redundancy=redundancy)
    ready_batch(cast, job, table("no,品名\n1,りんご\n2,ぶどう\n3,わさび\n4,そば\n"))
    orders.step(order=order, to="running", by=cast.actor("momose"), now=clock.real_now())
    by, now = cast.actor("nakajima"), clock.real_now()
    taken = assignments.claim(worker=cast.worker("nakajima"), job=None, by=by, now=now)
    assert taken is not None
    return assignments.start(assignment=taken, by=by, now=now)


def assignment(cast: Cast) -> Example:
    """A task in Nakajima's hands."""
    return Example({"code": started(cast).code}, seen_by=NAKAJIMA)


def let_go_assignment(cast: Cast) -> Example:
    """A task that Nakajima gave back."""
    held = started(cast)
    assignments.release(assignment=held, reason="family", by=cast.actor("nakajima"), now=clock.real_now())
    return Example({"code": held.code}, seen_by=NAKAJIMA)


def terms(cast: Cast) -> Example:
    """The terms under which Nakajima began."""
    return Example({"digest": started(cast).terms_id or ""}, seen_by=NAKAJIMA | STAFF, unknown={"digest": "0" * 64})


def procedure(cast: Cast) -> Example:
    """A procedure of a running job."""
    return Example({"code": started(cast).task.job.procedure.code}, seen_by=NAKAJIMA | STAFF | CLIENT)


def reviewable_task(cast: Cast) -> Example:
    """A task whose one answer nobody has checked."""
    held = started(cast, redundancy=1)
    by, now = cast.actor("nakajima"), clock.real_now()
    sent = submissions.submit(assignment=held, answer=new_answer(amount=1200), by=by, now=now)
    return Example({"code": held.task.code}, fields={"decision": "accept", "submission": sent.code})


def question(cast: Cast) -> Example:
    """What Nakajima would like to talk about."""
    worker, by = cast.worker("nakajima"), cast.actor("nakajima")
    asked = questions.ask_anything(worker=worker, text="来月の時間のこと", by=by, now=clock.real_now())
    return Example({"code": asked.code}, fields={"text": "いつでもどうぞ。"})


def file(cast: Cast) -> Example:
    """The image of a task in Nakajima's hands, at the address that was signed for her."""
    order = agreed_order(cast)
    job = open_job(cast, order)
    ready_batch(cast, job, Upload("紙", images=[loose("1.png")]))
    orders.step(order=order, to="running", by=cast.actor("momose"), now=clock.real_now())
    by, now = cast.actor("nakajima"), clock.real_now()
    taken = assignments.claim(worker=cast.worker("nakajima"), job=None, by=by, now=now)
    assert taken is not None
    assert taken.task.image is not None
    address = files.url_for(taken.task.image, account_id=cast.account("nakajima").pk)
    return Example(resolve(address).kwargs, seen_by=NAKAJIMA)


EXAMPLES = {
    "file": file,
    "question": question,
    "assignment": assignment,
    "let_go_assignment": let_go_assignment,
    "terms": terms,
    "procedure": procedure,
    "reviewable_task": reviewable_task,
    **ORDER_EXAMPLES,
}
