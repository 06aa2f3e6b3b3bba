"""What can happen in work, split by noun: `orders.inquire(...)`, `batches.start(...)`."""
