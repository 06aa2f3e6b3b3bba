"""Pages of the driver, by noun: a view asks once or acts once, then renders."""
