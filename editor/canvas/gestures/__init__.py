"""One class per mouse interaction."""
