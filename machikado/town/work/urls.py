"""Addresses of work, by who comes there."""

from django.urls import path

from machikado.town.work.views import (
    batches,
    board,
    clients,
    decision_for,
    inquiries,
    inviting,
    jobs,
    orders,
    questions,
    reviews,
    task,
    worker,
    yes_for,
)

app_name = "work"

urlpatterns = [
    # workers
    path("work/", worker.home, name="home"),
    path("work/start/", worker.start_bundle, name="start_bundle"),
    path("work/next/", worker.next_task, name="next"),
    path("work/stop/", worker.stop, name="stop"),
    path("work/rest/", worker.rest, name="rest"),
    path("work/questions/", questions.questions, name="questions"),
    path("work/mine/", worker.mine, name="mine"),
    path("work/terms/<digest:digest>/", worker.terms, name="terms"),
    path("work/a/<code:code>/", task.task, name="task"),
    path("work/a/<code:code>/keep/", task.keep, name="keep"),
    path("work/a/<code:code>/submit/", task.submit, name="submit"),
    path("work/a/<code:code>/done/", task.done, name="done"),
    path("work/a/<code:code>/release/", task.release, name="release"),
    path("work/a/<code:code>/reopen/", task.reopen, name="reopen"),
    path("work/a/<code:code>/ask/", task.ask, name="ask"),
    path("procedures/<code:code>/", worker.procedure, name="procedure"),
    # leaders
    path("reviews/", reviews.queue, name="reviews"),
    path("reviews/rejections/", reviews.rejections, name="rejections"),
    path("reviews/questions/<code:code>/", questions.question, name="question"),
    path("reviews/<code:code>/", reviews.review, name="review"),
    # everybody
    path("inquiry/", inquiries.inquire, name="inquire"),
    path("inquiry/<code:code>/thanks/", inquiries.inquired, name="inquired"),
    # coordinators
    path("board/", board.board, name="board"),
    path("board/live/", board.board_live, name="board_live"),
    path("orders/", orders.order_list, name="orders"),
    path("orders/<code:code>/", orders.order, name="order"),
    path("orders/<code:code>/step/", orders.order_step, name="order_step"),
    path("orders/<code:code>/client/", orders.order_link, name="order_link"),
    path("orders/<code:code>/invite/", inviting.invite, name="invite"),
    path("orders/<code:code>/inquiry/erase/", inquiries.inquiry_erase, name="inquiry_erase"),
    path("orders/<code:code>/estimate/", orders.estimate, name="estimate"),
    path("orders/<code:code>/yes/", yes_for.yes_for, name="yes_for"),
    path("deliveries/<code:code>/decision/", decision_for.decision_for, name="decision_for"),
    path("orders/<code:code>/deliver/", orders.deliver, name="deliver"),
    path("orders/<code:code>/jobs/add/", jobs.job_add, name="job_add"),
    path("deliveries/<code:code>/live/", orders.delivery_live, name="delivery_live"),
    path("jobs/form/", jobs.schema_preview, name="schema_preview"),
    path("jobs/part/", jobs.job_part, name="job_part"),
    path("jobs/<code:code>/", jobs.job, name="job"),
    path("jobs/<code:code>/step/", jobs.job_step, name="job_step"),
    path("jobs/<code:code>/batches/add/", batches.batch_add, name="batch_add"),
    path("batches/<code:code>/", batches.batch, name="batch"),
    path("batches/<code:code>/live/", batches.batch_live, name="batch_live"),
    path("batches/<code:code>/start/", batches.batch_start, name="batch_start"),
    path("batches/<code:code>/cancel/", batches.batch_cancel, name="batch_cancel"),
    path("batches/<code:code>/open/", batches.batch_open, name="batch_open"),
    # clients
    path("client/", clients.client_orders, name="client_orders"),
    path("client/people/", inviting.colleagues, name="colleagues"),
    path("client/people/<code:code>/again/", inviting.again, name="invitation_again"),
    path("client/people/<code:code>/withdraw/", inviting.withdraw, name="invitation_withdraw"),
    path("client/<code:code>/", clients.client_order, name="client_order"),
    path("client/<code:code>/live/", clients.client_live, name="client_live"),
    path("client/<code:code>/estimate/", clients.client_accept_estimate, name="client_accept_estimate"),
    path("client/deliveries/<code:code>/decide/", clients.client_decide, name="client_decide"),
    path("client/deliveries/<code:code>/thank/", clients.client_thank, name="client_thank"),
]
