"""Dated parameters, terms and the register of rules."""
