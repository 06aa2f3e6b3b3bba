"""Questions about duty, by noun."""
