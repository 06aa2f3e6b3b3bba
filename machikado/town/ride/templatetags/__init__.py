"""Filters for the pages of ride."""
