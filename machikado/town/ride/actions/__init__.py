"""What can happen to the bus: the only writers, by noun."""
