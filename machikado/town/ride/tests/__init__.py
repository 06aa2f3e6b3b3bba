"""Tests of ride."""
