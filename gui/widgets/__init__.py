"""Widgets: they take values, emit wishes, and know nothing of the session."""
