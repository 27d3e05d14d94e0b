"""Futures: what stands for an answer that is not there yet. Knows nothing of models or HTTP."""
