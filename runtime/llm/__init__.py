"""Language models: conversations, requests, providers, and the thread that does the HTTP."""
