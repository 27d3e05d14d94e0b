"""Listening to the events of a flow that start runs by themselves."""
