"""What a node type is: its declaration, its pins, the conversions between pin types, and the registry."""
