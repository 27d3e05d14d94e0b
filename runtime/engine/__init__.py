"""What runs a flow."""
