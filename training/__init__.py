"""Paper dolls, the starter model's training, and evaluation."""

import os

# Threads that wait for each other sleep (read once, when torch loads): on a busy machine spinning costs far more.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
