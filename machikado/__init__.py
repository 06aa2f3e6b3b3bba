"""One open platform with which a small town runs its own regional DX centre."""
