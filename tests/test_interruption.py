"""Networks stop between two modules when nobody wants what they compute."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from ccnet.interruption import Interrupted, interruptible


def network(called: list[int]) -> nn.Sequential:
    net = nn.Sequential(*(nn.Identity() for _ in range(5)))
    for i, module in enumerate(net):
        module.register_forward_hook(lambda *_, i=i: called.append(i))
    return net


def test_it_stops_between_two_modules() -> None:
    called: list[int] = []
    net = network(called)
    with pytest.raises(Interrupted), interruptible(lambda: len(called) == 2):
        net(torch.zeros(1))
    assert called == [0, 1]


def test_what_is_wanted_is_computed_and_nothing_stays_behind() -> None:
    called: list[int] = []
    net = network(called)
    with interruptible(lambda: False):
        net(torch.zeros(1))
    with pytest.raises(Interrupted), interruptible(lambda: True):
        net(torch.zeros(1))
    net(torch.zeros(1))
    assert called == 2 * [0, 1, 2, 3, 4]
