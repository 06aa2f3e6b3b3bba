"""Steps of the tables of drive."""
