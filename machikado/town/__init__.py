"""What the town does: one Django app per thing."""
