"""What else is erased with a person: names and free text in the diary."""

from machikado.town.common import diary
from machikado.town.common.models import Event
from machikado.town.people.models import Person


def erase_details(person: Person) -> None:
    """Erase the details of what this person did and of what was written about them; the chain stays sound."""
    about = Event.objects.filter(noun="person", code=person.code).exclude(detail_digest="")
    done = Event.objects.filter(actor_person=person.pk).exclude(detail_digest="")
    diary.erase_detail([*about.values_list("pk", flat=True), *done.values_list("pk", flat=True)])
