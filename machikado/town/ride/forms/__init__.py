"""What a manager of the bus enters, by noun."""
