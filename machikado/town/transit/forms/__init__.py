"""What is entered about transit, by noun."""
