"""Template filter that says what a message says."""

from django import template

from machikado.town.people.models import Message
from machikado.town.people.sentences import sentence

register = template.Library()


@register.filter
def told(message: Message) -> str:
    """The sentence of a message in the language of the page."""
    return sentence(message.kind, message.params)
