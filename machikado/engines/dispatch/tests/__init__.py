"""Tests of the engine dispatch."""
