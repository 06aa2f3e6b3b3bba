"""Timetables of others: a feed in GTFS → plain values, with a sentence for each bad line."""
