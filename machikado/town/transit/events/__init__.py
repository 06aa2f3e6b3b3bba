"""What the diary says about transit, by noun."""
