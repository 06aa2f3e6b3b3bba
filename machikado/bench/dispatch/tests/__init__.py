"""Tests of the bench of dispatch."""
