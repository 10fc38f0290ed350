"""Paper dolls: procedural anime characters whose every pixel is known."""
