"""Tests of the engine quality."""
