"""Steps of the tables of ride."""
