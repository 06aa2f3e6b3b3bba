"""The link of an invitation: signed by the town, only the newest one opens, and it stands in no table and no log."""

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from machikado.town.common.codes import ALPHABET, heard
from machikado.town.people.models import Invitation

# 31^16 is more than 2^79: nobody guesses it, and it can still be typed from paper.
LENGTH = 16


def secret_of(invitation: Invitation) -> str:
    """What the town vouches with: for this invitation, its how-many-th link, and its last day."""
    words = f"{invitation.code}:{invitation.issue}:{invitation.valid_until.isoformat()}"
    number = int.from_bytes(salted_hmac("people.invitation", words, algorithm="sha256").digest())
    letters = []
    for _place in range(LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def spoken_secret(invitation: Invitation) -> str:
    """The secret in the groups in which it is typed from paper."""
    secret = secret_of(invitation)
    return "-".join(secret[first : first + 4] for first in range(0, LENGTH, 4))


def path_of(invitation: Invitation) -> str:
    """The path of the newest link."""
    return reverse("invitation_open", kwargs={"code": invitation.code, "secret": secret_of(invitation)})


def is_newest(invitation: Invitation, secret: str) -> bool:
    """Say whether this belongs to the newest link; whether that still opens is another question."""
    return constant_time_compare(heard(secret), secret_of(invitation))
