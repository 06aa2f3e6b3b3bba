"""Questions about the bus that span rows, by noun."""
