"""Everything Wavecube knows that is not a window; never imports Qt."""
