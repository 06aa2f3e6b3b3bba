"""Tests of what ties the rooms together."""
