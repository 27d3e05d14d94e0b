"""The dockable panels around the canvas."""
