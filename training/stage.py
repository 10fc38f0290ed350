"""Stage: a training loop that is boxed in time, can be killed and resumed, and leaves a curve.

The learning rate is annealed by elapsed time, not by steps, so that a slow machine still ends with a finished model.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from tqdm import tqdm

from training.curves import draw_curves
from training.records import write_json_lines

Metrics = dict[str, float]
SAVE_EVERY = 60.0  # seconds
LOG_EVERY = 50  # steps
TRIAL_STEPS = 3


@dataclass(frozen=True)
class Machine:
    """Where and how to compute; chosen by timing real steps (`Stage.calibrate`)."""

    device: str
    dtype: torch.dtype
    threads: int

    def autocast(self) -> AbstractContextManager[Any]:
        if self.dtype is torch.float32:
            return nullcontext()
        return torch.autocast(self.device, dtype=self.dtype)

    def __str__(self) -> str:
        return f"{self.device}, {str(self.dtype).removeprefix('torch.')}, {self.threads} threads"


def candidate_machines() -> list[Machine]:
    if torch.cuda.is_available():
        return [Machine("cuda", torch.bfloat16, torch.get_num_threads())]
    cores = os.cpu_count() or 1
    threads = sorted({1, cores})
    return [Machine("cpu", dtype, n) for n in threads for dtype in (torch.bfloat16, torch.float32)]


@dataclass
class Stage:
    """`modules` are trained in place; `step(machine)` computes the loss of a fresh batch and returns (loss, metrics).

    `groups`: (parameters, learning rate) pairs. `evaluate(modules)`, when given, is called every `evaluate_every`
    seconds and at the end with the averaged weights in place; its metrics join the curve. `muon`: matrices are trained
    by Muon (https://kellerjordan.github.io/posts/muon/), at the same rates, and everything else by AdamW.
    """

    name: str
    folder: Path
    minutes: float
    modules: dict[str, nn.Module]
    groups: list[tuple[Iterable[nn.Parameter], float]]
    step: Callable[[Machine], tuple[Tensor, Metrics]]
    evaluate: Callable[[Machine], Metrics] | None = None
    evaluate_every: float = 120.0
    ema_decay: float = 0.999
    warm_up: int = 100
    weight_decay: float = 0.01
    muon: bool = False
    history: list[Metrics] = field(default_factory=list)
    steps: int = 0
    elapsed: float = 0.0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.machine = candidate_machines()[0]
        for module in self.modules.values():
            module.to(self.machine.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.groups = [(list(parameters), rate) for parameters, rate in self.groups]
        self.optimizers = self._optimizers()
        self.average = {name: deepcopy(module).requires_grad_(False) for name, module in self.modules.items()}
        if self.checkpoint.exists():
            self._load()

    def _optimizers(self) -> list[torch.optim.Optimizer]:
        """Their groups remember the rates they were given."""

        def chosen(matrices: bool) -> list[dict[str, Any]]:
            groups = [
                {"params": [p for p in parameters if (self.muon and p.ndim == 2) == matrices], "lr": rate, "base": rate}
                for parameters, rate in self.groups
            ]
            return [group for group in groups if group["params"]]

        found: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(chosen(False), betas=(0.9, 0.95), weight_decay=self.weight_decay, fused=True)
        ]
        if self.muon:
            found.append(torch.optim.Muon(chosen(True), weight_decay=self.weight_decay, adjust_lr_fn="match_rms_adamw"))
        return found

    @property
    def checkpoint(self) -> Path:
        return self.folder / f"{self.name}.pt"

    @property
    def progress(self) -> float:
        return min(1.0, self.elapsed / (60 * self.minutes))

    def run(self) -> dict[str, nn.Module]:
        """Train until the time is up; returns the averaged modules."""
        if self.progress < 1.0:
            self.calibrate()
            self._train()
        return self.average

    def calibrate(self) -> None:
        """Time a few real steps per candidate machine and keep the fastest."""
        timings: dict[Machine, float] = {}
        for machine in candidate_machines():
            torch.set_num_threads(machine.threads)
            self._update(machine, 0.0)
            for _ in range(TRIAL_STEPS):
                started = time.perf_counter()
                self._update(machine, 0.0)
                seconds = time.perf_counter() - started
                hopeless = seconds > 2 * min(timings.values(), default=seconds)
                timings[machine] = min(seconds, timings.get(machine, seconds))
                if hopeless:
                    break
        self.machine = min(timings, key=lambda m: timings[m])
        torch.set_num_threads(self.machine.threads)
        print(f"{self.name}: " + "; ".join(f"{m}: {1000 * t:.0f} ms a step" for m, t in timings.items()))

    def _train(self) -> None:
        saved = tested = started = time.perf_counter()
        before = self.elapsed
        recent: list[Metrics] = []
        bar = tqdm(total=round(60 * self.minutes), initial=round(self.elapsed), desc=self.name, unit="s", mininterval=5)
        while self.progress < 1.0:
            rate = 0.5 * (1 + math.cos(math.pi * self.progress)) * min(1.0, (self.steps + 1) / self.warm_up)
            recent.append(self._update(self.machine, max(rate, 0.01)))
            self.steps += 1
            now = time.perf_counter()
            self.elapsed = before + now - started
            bar.update(max(0, round(self.elapsed) - bar.n))
            last = self.progress >= 1.0
            if len(recent) >= LOG_EVERY or last:
                row = {key: sum(m[key] for m in recent) / len(recent) for key in recent[0]}
                if self.evaluate is not None and (now - tested > self.evaluate_every or last):
                    with torch.no_grad():
                        row |= self.evaluate(self.machine)
                    tested = time.perf_counter()
                self._log(row)
                bar.set_postfix({k: f"{v:.4f}" for k, v in row.items()})
                recent = []
            if now - saved > SAVE_EVERY or last:
                self._save()
                saved = now
        bar.close()

    def _update(self, machine: Machine, rate: float) -> Metrics:
        with machine.autocast():
            loss, metrics = self.step(machine)
        for optimizer in self.optimizers:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        parameters = [p for group, _ in self.groups for p in group]
        nn.utils.clip_grad_norm_(parameters, 1.0)
        if rate > 0:
            for optimizer in self.optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = group["base"] * rate
                optimizer.step()
            self._average()
        return {"loss": float(loss.detach()), **metrics}

    @torch.no_grad()
    def _average(self) -> None:
        decay = min(self.ema_decay, (1 + self.steps) / (10 + self.steps))
        for name, module in self.modules.items():
            for ours, theirs in zip(self.average[name].parameters(), module.parameters(), strict=True):
                ours.lerp_(theirs, 1 - decay)
            for ours, theirs in zip(self.average[name].buffers(), module.buffers(), strict=True):
                ours.copy_(theirs)

    def _log(self, row: Metrics) -> None:
        self.history.append({"step": self.steps, "minutes": self.elapsed / 60, **row})
        write_json_lines(self.folder / f"{self.name}.jsonl", self.history)
        draw_curves(self.history, self.folder / f"{self.name}.png", title=self.name)

    def _save(self) -> None:
        state = {
            "modules": {name: module.state_dict() for name, module in self.modules.items()},
            "average": {name: module.state_dict() for name, module in self.average.items()},
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "history": self.history,
            "steps": self.steps,
            "elapsed": self.elapsed,
        }
        temporary = self.checkpoint.with_suffix(".part")
        torch.save(state, temporary)
        temporary.replace(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, map_location=self.machine.device, weights_only=True)
        for name, module in self.modules.items():
            module.load_state_dict(state["modules"][name])
            self.average[name].load_state_dict(state["average"][name])
        for optimizer, kept in zip(self.optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(kept)
        self.history, self.steps, self.elapsed = state["history"], state["steps"], state["elapsed"]
