"""Tests of transit."""
