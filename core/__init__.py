"""Everything Wavecube knows that is not a window; never imports Qt."""

import sys

# The first line of ours that runs: what follows needs the newer Python even to be imported.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Wavecube needs Python 3.11 or newer, not %d.%d." % sys.version_info[:2])  # noqa: UP031
