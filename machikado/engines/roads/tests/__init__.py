"""Tests of the engine roads."""
