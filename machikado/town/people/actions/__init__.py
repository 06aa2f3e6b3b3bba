"""What can happen to people, by noun: `persons.add(…)`, `memberships.grant(…)`, `messages.tell(…)`."""
