"""Finds ways with the engine; nothing is changed."""
