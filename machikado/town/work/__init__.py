"""From an order to tasks, from tasks to a delivered result."""
