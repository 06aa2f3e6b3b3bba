"""Questions about work that span rows, split by noun."""
