"""Tests of the architecture: fences, budgets, fresh docs, the words of the house."""
