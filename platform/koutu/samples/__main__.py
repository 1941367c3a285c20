"""``python -m koutu.samples`` prints docs/samples.md."""

import sys

from koutu.samples.catalogue import page

if __name__ == "__main__":
    sys.stdout.write(page())
