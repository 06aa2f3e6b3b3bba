"""Who: persons, accounts, roles, organisations and messages to them."""
