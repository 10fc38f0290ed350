"""A torchvision whose compiled half does not fit this torch must not stop every import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_operators_are_declared_where_the_compiled_half_cannot_load(tmp_path: Path) -> None:
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "_C.so").write_bytes(b"made for another torch")
    program = "import torch, ccnet.torchvision_guard as g; g.declare_operators(); print(torch.ops.torchvision.nms)"
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[1])])
    run = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert "torchvision.nms" in run.stdout
