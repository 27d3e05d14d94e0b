"""Node types that talk to models through the OpenAI API."""
