"""Facts of work, split by noun: orders, jobs, tasks, answers, questions, deliveries."""

from machikado.town.work.models.answers import Assignment, Review, Settlement, SettlementUndone, ShownTerms, Submission
from machikado.town.work.models.deliveries import ClientDecision, Delivery, DeliveryFile, ReworkItem
from machikado.town.work.models.jobs import FormSchema, Job, Procedure
from machikado.town.work.models.orders import Estimate, Inquiry, Order
from machikado.town.work.models.questions import Question
from machikado.town.work.models.tasks import Batch, Cursor, Task

__all__ = [
    "Assignment",
    "Batch",
    "ClientDecision",
    "Cursor",
    "Delivery",
    "DeliveryFile",
    "Estimate",
    "FormSchema",
    "Inquiry",
    "Job",
    "Order",
    "Procedure",
    "Question",
    "Review",
    "ReworkItem",
    "Settlement",
    "SettlementUndone",
    "ShownTerms",
    "Submission",
    "Task",
]
