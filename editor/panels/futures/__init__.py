"""The futures panel: every request while it is in flight and after, and what can be done about it."""
