"""What `bench_convolution.py` is made of: cases, contestants in processes of their own, limits, growth."""
