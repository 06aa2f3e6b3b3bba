"""Many answers in, the value that stands for each field out."""

from machikado.engines.quality.majority import agree
from machikado.engines.quality.shares import accuracy, agreed_at_first, share_of, wilson
from machikado.engines.quality.soundness import problems
from machikado.engines.quality.words import Agreement, AgreementRule, Answer, FieldAgreement, Share, State

__all__ = ["Agreement", "AgreementRule", "Answer", "FieldAgreement", "Share", "State"]
__all__ += ["accuracy", "agree", "agreed_at_first", "problems", "share_of", "wilson"]
