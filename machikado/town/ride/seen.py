"""What somebody had before their eyes when they began to write: a mark, which differs once somebody else saved."""

import hashlib

from django.utils.translation import gettext_lazy as _

LENGTH = 16
MEANWHILE = _(
    "Somebody else saved this while you were writing. What you wrote is still here:"
    " press the button once more to save it in place of theirs."
)


def mark(facts: object) -> str:
    """The mark of facts that print as what they are: texts, numbers, days, and rows of them."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:LENGTH]
