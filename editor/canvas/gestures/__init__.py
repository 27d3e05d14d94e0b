"""One class per mouse interaction; `press.begin` decides which one a press begins."""
