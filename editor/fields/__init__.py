"""Editors of values, one for each type: the inspector's and the canvas's are the same."""
