"""What the diary says about the bus, by noun."""
