"""Side-by-side measurements against the stock pipelines; README.md says how to read them."""
