"""What the diary says about work, split by noun."""
