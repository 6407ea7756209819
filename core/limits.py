"""Budgets: how much a file from a stranger, a clip or a convolution may ask for.

All sizes are bytes unless a name says otherwise. The numbers are generous for honest use (a 4K video,
64 filters) and small enough that a hostile header cannot fill the memory of an ordinary machine.
"""

MIN_CLIP_FRAMES = 2
MAX_CLIP_FRAMES = 64
DEFAULT_CLIP_FRAMES = 16

MAX_FILTERS = 64
MAX_KERNEL_SIDE = 16
MAX_CHANNELS = 1024
# Numbers in all kernels of a bank: 64 of 5x5x5 on 512 channels (16 MB), 64 of 16x16x16 on 16.
MAX_WEIGHTS = 2**22

MAX_FRAME_PIXELS = 64 * 2**20
MAX_CLIP_BYTES = 512 * 2**20
MAX_FILE_FRAMES = 100_000
MAX_FILTER_FILE_BYTES = 256 * 2**20
MAX_LESSON_FILE_BYTES = 256_000
MAX_LESSON_STEPS = 100

# What convolution may take of the memory that is free right now: the rest is left to other programs.
FREE_MEMORY_SHARE = 0.6


def free_memory() -> int:
    """Return the bytes that can be taken without swapping, as the system sees it now."""
    import psutil  # 60 ms: not at the start of the window

    return int(psutil.virtual_memory().available)


def megabytes(count: int) -> str:
    """Return bytes as people read them: ``"820 kB"``, ``"38 MB"``, ``"2.1 GB"`` (decimal units)."""
    if count >= 1e9:
        return f"{count / 1e9:.1f} GB"
    return f"{count / 1e6:.0f} MB" if count >= 1e6 else f"{max(count / 1e3, 1):.0f} kB"
