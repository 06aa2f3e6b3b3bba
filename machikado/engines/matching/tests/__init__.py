"""Tests of the engine matching."""
