"""From a clip and its feature volumes to files."""
