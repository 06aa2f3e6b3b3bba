"""What holds for the whole house: stories across apps, and the architecture itself."""
