"""Futureflow's runtime: flows, the engine that runs them, and their futures. Knows no screen."""
