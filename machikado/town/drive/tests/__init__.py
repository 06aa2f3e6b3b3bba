"""Tests of drive."""
