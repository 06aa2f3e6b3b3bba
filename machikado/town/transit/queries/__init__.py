"""Questions of transit, by noun."""
