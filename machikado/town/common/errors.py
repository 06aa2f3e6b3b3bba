"""What an action raises when it must refuse: a code for programs, a sentence for people."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.utils.translation import gettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise  # only the type stubs know this name


class Cannot(Exception):
    """A refusal. Subclasses are called `CannotX` and carry one sentence per code.

    A sentence says what is so, what is kept and what to do; it is a lazy translation with `%(name)s` parameters.
    """

    sentences: ClassVar[Mapping[str, "StrPromise | str"]] = {}

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def sentence(self) -> str:
        """The refusal in the language of whoever reads it now."""
        return str(self.sentences[self.code]) % self.params

    def __str__(self) -> str:
        return f"{type(self).__name__}({self.code})"


class CannotStep(Cannot):
    """A row was asked to take a step that its life does not have."""

    def __init__(self, noun: str, before: str, after: str) -> None:
        super().__init__("illegal_step", noun=noun, before=before, after=after)

    @property
    def sentence(self) -> str:
        """The refusal in the language of whoever reads it now."""
        return gettext("This has changed in the meantime. Please reload the page and look again.")
