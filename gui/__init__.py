"""The editor: a window around a document. Imports the core, never a model library."""

import os

# Before NumPy is imported. For large arrays it asks for huge pages, which Linux puts together first: tens of
# milliseconds at a press of the pen, when a stroke on a large canvas needs its 16 MB.
os.environ.setdefault("NUMPY_MADVISE_HUGEPAGE", "0")
