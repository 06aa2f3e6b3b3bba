"""Pages of the bus, by noun: a view asks once or acts once, then renders."""
