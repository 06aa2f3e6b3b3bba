"""What drivers and managers enter, by noun."""
