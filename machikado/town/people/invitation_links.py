"""The link of an invitation: signed by the town, only the newest one opens, and it stands in no table and no log.

What is printed is another secret than what is mailed: only the mail proves whose address it is.
"""

from enum import StrEnum

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from machikado.town.common.codes import ALPHABET, heard
from machikado.town.people.models import Invitation

# 31^16 is more than 2^79: nobody guesses it, and it can still be typed from paper.
LENGTH = 16


class Way(StrEnum):
    """How a secret reached whoever brings it."""

    MAIL = "mail"
    PAPER = "paper"


def secret_of(invitation: Invitation, way: Way = Way.MAIL) -> str:
    """What the town vouches with: for this invitation, its how-many-th link, its last day, and how it was sent."""
    words = f"{invitation.code}:{invitation.issue}:{invitation.valid_until.isoformat()}:{way}"
    number = int.from_bytes(salted_hmac("people.invitation", words, algorithm="sha256").digest())
    letters = []
    for _place in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def spoken_secret(invitation: Invitation) -> str:
    """The secret of the paper, in the groups in which it is typed."""
    secret = secret_of(invitation, Way.PAPER)
    return "-".join(secret[first : first + 4] for first in range(0, LENGTH, 4))


def path_of(invitation: Invitation) -> str:
    """The path of the newest link."""
    return reverse("invitation_open", kwargs={"code": invitation.code, "secret": secret_of(invitation)})


def way_of(invitation: Invitation, secret: str) -> Way | None:
    """How this secret of the newest link was sent; None if it is none. Whether it still opens is another question."""
    typed = heard(secret)
    return next((way for way in Way if constant_time_compare(typed, secret_of(invitation, way))), None)
