"""Kernels and banks: what they are and where they come from."""
