"""The run history panel: the runs of this session and of those before it."""
