"""Where frames come from: cameras, videos, pictures, closed forms."""
