"""Lessons: a few steps, each a preset of clip, bank, view and page with a short text; data, never code."""
