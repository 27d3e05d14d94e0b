"""The runs of this session and of those before it, a recording each."""
