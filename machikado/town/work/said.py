"""How somebody told the centre what staff then enter for them: the ways that leave no click of their own."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SaidBy(TextChoices):
    """The ways."""

    PHONE = "phone", _("By telephone")
    LETTER = "letter", _("By letter or fax")
    IN_PERSON = "in_person", _("In person")
    MAIL = "mail", _("By e-mail")


@dataclass(frozen=True, slots=True)
class Said:
    """A word that staff enter for a client: how it came, from whom and when."""

    by: SaidBy
    who: str
