"""Measures the dispatch engine: `measuring` loads the engines, `asked`, which the command line reads, does not."""
