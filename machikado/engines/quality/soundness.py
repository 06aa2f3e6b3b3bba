"""What must hold of an agreement, worked out anew by trying every way the missing answers could fall."""

from collections.abc import Sequence

from machikado.engines.quality.words import Agreement, AgreementRule, Answer, FieldAgreement

A_NEW_VALUE = "\x00 nobody said this yet"


def problems(agreement: Agreement, answers: Sequence[Answer], rule: AgreementRule) -> list[str]:
    """Return what is wrong with the agreement, given the answers and the rule it was made of; [] is sound."""
    if [each.field for each in agreement.fields] != list(rule.fields):
        return ["the fields are not those of the rule"]
    found = []
    for each in agreement.fields:
        found += [f"{each.field}: {fault}" for fault in _faults_of_field(each, answers, rule.wanted)]
    if agreement.state != _expected_state(agreement):
        found.append(f"the item is {agreement.state}, its fields say {_expected_state(agreement)}")
    if list(agreement.dissenting) != _expected_dissenters(agreement, answers):
        found.append("the dissenting workers are not those who differ from an agreed field")
    return found


def _ballots(field: str, answers: Sequence[Answer]) -> list[tuple[str, str]]:
    return [("unreadable", "") if field in a.unreadable else ("value", a.values.get(field, "")) for a in answers]


def _faults_of_field(each: FieldAgreement, answers: Sequence[Answer], wanted: int) -> list[str]:
    ballots = _ballots(each.field, answers)
    winners = [ballot for ballot in set(ballots) if 2 * ballots.count(ballot) > wanted]
    missing = wanted - len(ballots)
    endings = [[*ballots, *[last] * missing].count(last) for last in {*ballots, ("value", A_NEW_VALUE)}]
    if winners:
        state = "agreed" if wanted > 1 else "unchecked"
    else:
        state = "open" if any(2 * votes > wanted for votes in endings) else "disputed"
    value = winners[0][1] if winners and winners[0][0] == "value" else None
    votes = max((ballots.count(ballot) for ballot in ballots), default=0)
    expected = (state, value, votes)
    stated = (str(each.state), each.value, each.votes)
    return [] if stated == expected else [f"stated {stated}, but the answers say {expected}"]


def _expected_state(agreement: Agreement) -> str:
    states = [str(each.state) for each in agreement.fields]
    if "disputed" in states:
        return "disputed"
    return "open" if "open" in states else states[0]


def _expected_dissenters(agreement: Agreement, answers: Sequence[Answer]) -> list[int]:
    found = set()
    for each in agreement.fields:
        if each.state == "agreed":
            standing = ("unreadable", "") if each.value is None else ("value", each.value)
            ballots = _ballots(each.field, answers)
            found |= {a.worker for a, ballot in zip(answers, ballots, strict=True) if ballot != standing}
    return sorted(found)
