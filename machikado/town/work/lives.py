"""The lives of work: which step may follow which, one table per noun. Everything else raises CannotStep."""

from machikado.town.common.lives import life

ORDER = life(
    "order",
    inquiry="estimated declined",
    estimated="estimated accepted declined",
    accepted="preparing cancelled",
    preparing="running cancelled",
    running="suspended delivered cancelled",
    suspended="running cancelled",
    delivered="accepted_by_client rework",
    rework="running delivered",
    accepted_by_client="invoiced closed",
    invoiced="paid",
    paid="closed",
    closed="",
    declined="",
    cancelled="",
)

JOB = life("job", draft="open", open="paused closed", paused="open closed", closed="")

BATCH = life(
    "batch",
    previewed="importing cancelled",
    importing="imported cancelled failed",
    imported="ready cancelled",
    ready="",
    failed="importing cancelled",
    cancelled="",
)

# A task is `draft` while its batch is not ready; the batch's one row opens them all. Before it is decided, a task is
# `in_flight` while somebody holds it, else `needs_more` when it has an answer, else `ready`.
TASK = life(
    "task",
    ready="in_flight void",
    in_flight="ready needs_more submitted void",
    submitted="resolved disputed needs_more void",
    needs_more="in_flight submitted void",
    disputed="resolved needs_more void",
    resolved="delivered needs_more disputed submitted void",
    delivered="needs_more disputed",
    void="",
)

ASSIGNMENT = life(
    "assignment",
    offered="accepted declined",
    accepted="started released expired",
    started="submitted released expired",
    submitted="checking passed redo_requested rejected",
    checking="passed redo_requested rejected",
    redo_requested="started passed released expired",
    passed="redo_requested",
    rejected="",
    declined="offered",
    released="offered",
    expired="offered",
)
