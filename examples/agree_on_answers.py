"""Three people key the same three forms: which values stand, who differs, what a leader decides. Needs no database."""

from machikado.engines.quality import Agreement, AgreementRule, Answer, agree, agreed_at_first

RULE = AgreementRule(fields=("name", "amount"), wanted=3)

FORMS = {
    "form 1": [
        Answer(worker=1, values={"name": "角田", "amount": "10000"}),
        Answer(worker=2, values={"name": "角田", "amount": "10000"}),
    ],
    "form 2": [
        Answer(worker=1, values={"name": "中島", "amount": "30000"}),
        Answer(worker=2, values={"name": "中嶋", "amount": "30000"}),
        Answer(worker=3, values={"name": "中島", "amount": "30000"}),
    ],
    "form 3": [
        Answer(worker=1, values={"name": "原", "amount": "5000"}),
        Answer(worker=2, values={"name": "原", "amount": "50000"}),
        Answer(worker=3, values={"name": "原"}, unreadable=frozenset({"amount"})),
    ],
}


def tell(form: str, found: Agreement) -> None:
    """Print one form and its fields."""
    print(f"{form}: {found.state}" + "".join(f", worker {worker} differs" for worker in found.dissenting))
    for each in found.fields:
        value = "unreadable" if each.unreadable else each.value or "–"
        print(f"  {each.field:<7}{each.state:<10}{value} ({each.votes} of {RULE.wanted})")


def main() -> None:
    """Agree on each form and print the share on which all agreed at first."""
    agreements = {form: agree(answers, RULE) for form, answers in FORMS.items()}
    for form, found in agreements.items():
        tell(form, found)
    first = agreed_at_first(agreements.values())
    print(
        f"agreed at first: {first.successes} of {first.total} (95 %: {first.low / 100:.0f} to {first.high / 100:.0f} %)"
    )


if __name__ == "__main__":
    main()
