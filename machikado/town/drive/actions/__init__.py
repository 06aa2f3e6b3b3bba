"""What can happen on duty: the only writers, by noun."""
