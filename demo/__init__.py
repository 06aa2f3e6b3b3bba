"""The sample town: made-up people at real places. Tests, screenshots and `machikado run` share it."""
