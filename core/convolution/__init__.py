"""Space-time convolution: the definition, and faster ways that are proven equal to it."""
