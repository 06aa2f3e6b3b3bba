"""What can happen in transit, by noun."""
