"""Samples: real footage where it can be found, our own drawings where not.

Other people's footage is never part of this repository. `find` looks for a sample by name in the folder named by
``KOUTU_SAMPLES``, in the local cache, at its public address, and last draws a stand-in, which it says in one line
on standard error. What the samples are, whose, and under which licence: ``catalogue.toml``, shown in
``docs/samples.md``.
"""

from koutu.samples.catalogue import Sample, UnknownSample, catalogue
from koutu.samples.finder import at_hand, find, is_real

__all__ = ["Sample", "UnknownSample", "at_hand", "catalogue", "find", "is_real"]
