"""What a filter wants, computed from its weights alone, and what it answered, computed from its responses."""
