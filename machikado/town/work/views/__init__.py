"""The pages of work, split by who comes: each view asks once or acts once, then renders."""
