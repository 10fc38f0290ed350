from __future__ import annotations

import pytest

from benchmarks.editor_brush import measure_brush


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("pen", [True, False])
def test_the_measurement_counts_every_event_and_finds_the_mask_restored(pen: bool) -> None:
    measured = measure_brush(side=128, viewport=(200, 150), size=20, pen=pen, strokes=2, events=10)
    assert measured["events"] == 18
    assert measured["restored"]
    assert 0 < measured["p50"] <= measured["p95"] <= measured["worst"]
    assert set(measured["undo"]) == {"p50", "p95", "p99", "worst"}
