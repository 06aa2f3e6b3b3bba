"""Template filters that say what a message says."""

from django import template

from machikado.town.people.models import Message
from machikado.town.people.sentences import sentence, title

register = template.Library()


@register.filter
def told(message: Message) -> str:
    """The sentence of a message in the language of the page."""
    return sentence(message.kind, message.params)


@register.filter
def titled(message: Message) -> str:
    """The title of a message in the language of the page."""
    return title(message.kind, message.params)
