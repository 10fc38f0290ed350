"""The editor: a window around a document. Imports the core, never a model library."""
