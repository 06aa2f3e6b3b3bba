"""Template filter that says how long a task has waited."""

from django import template

from machikado.town.work.models import Task
from machikado.town.work.views.queue_page import QueuePage

register = template.Library()


@register.filter
def age_on(task: Task, queue: QueuePage) -> str:
    """How long the task has waited on this list, in words."""
    return queue.age(task)
