"""From responses to pixels."""
