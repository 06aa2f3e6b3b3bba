"""Pages of transit, by noun."""
