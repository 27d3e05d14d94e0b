"""What is saved: the flow as a plain value, its file, and the migrations between versions."""
