"""Recordings: the flow and all that was told about its runs, written, read and played again."""
