"""Subflows: nodes that become a flow of their own behind a Call Flow, and come back out of it."""
