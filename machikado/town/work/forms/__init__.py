"""What people type into the pages of work, split by noun."""
