"""How the hard sums are done: plain Python, one folder per sum."""
