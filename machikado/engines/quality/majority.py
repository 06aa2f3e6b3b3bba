"""Field by field, the strict majority of the answers that were wanted."""

from collections import Counter
from collections.abc import Sequence

from machikado.engines.quality.words import Agreement, AgreementRule, Answer, FieldAgreement, State


def agree(answers: Sequence[Answer], rule: AgreementRule) -> Agreement:
    """Return what the answers so far settle: AGREED, OPEN, DISPUTED, or UNCHECKED where one person is enough.

    A field is agreed once more than half of the wanted answers are equal, whatever the others will say, and disputed
    once no value can reach that any more (majority of repeated labels: Sheng et al. 2008, doi:10.1145/1401890.1401965).
    Raises ValueError for two answers of one worker, or more answers than the rule wants.
    """
    _refuse_nonsense(answers, rule)
    fields = tuple(_settle(field, answers, rule.wanted) for field in rule.fields)
    return Agreement(_together(fields), fields, _dissenting(answers, fields))


def _refuse_nonsense(answers: Sequence[Answer], rule: AgreementRule) -> None:
    if len({answer.worker for answer in answers}) != len(answers):
        raise ValueError("one worker answers an item once")
    if len(answers) > rule.wanted:
        raise ValueError(f"{len(answers)} answers where {rule.wanted} are wanted")


def _settle(field: str, answers: Sequence[Answer], wanted: int) -> FieldAgreement:
    if not answers:
        return FieldAgreement(field, None, 0, State.OPEN)
    value, votes = Counter(answer.vote(field) for answer in answers).most_common(1)[0]
    needed = wanted // 2 + 1
    if votes >= needed:
        return FieldAgreement(field, value, votes, State.UNCHECKED if wanted == 1 else State.AGREED)
    within_reach = votes + wanted - len(answers) >= needed
    return FieldAgreement(field, None, votes, State.OPEN if within_reach else State.DISPUTED)


def _together(fields: tuple[FieldAgreement, ...]) -> State:
    """One disputed field needs a leader already; one open field needs another answer."""
    states = {each.state for each in fields}
    return next(state for state in (State.DISPUTED, State.OPEN, State.AGREED, State.UNCHECKED) if state in states)


def _dissenting(answers: Sequence[Answer], fields: tuple[FieldAgreement, ...]) -> tuple[int, ...]:
    agreed = [each for each in fields if each.state is State.AGREED]
    return tuple(sorted(a.worker for a in answers if any(a.vote(each.field) != each.value for each in agreed)))
