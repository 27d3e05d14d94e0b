"""Futureflow's editor: a window on the runtime."""
