"""The window: widgets, the one session, and the wiring between them; no array arithmetic."""
