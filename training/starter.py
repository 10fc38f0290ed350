"""Train the starter model from nothing: dolls, VAE, text-to-image UNet, CC_ControlNet on the locked UNet, export.

    python -m training.starter --config training/configs/starter-cpu.toml --work .cache/starter

Stages run in order; each is boxed in time, resumes where it was killed and is skipped when its time is up. `--stage`
runs one alone, `--minutes` gives it another time box (a longer one continues a finished stage).
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderTiny, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from ccnet.controlnet import CC_ControlNet
from training.data import DollSet, caption, draw_mask, render_dolls
from training.export import export_starter
from training.networks import make_scheduler, make_text_encoder, make_unet, make_vae, normalise_latents, train_tokenizer
from training.stage import Machine, Metrics, Stage

STAGES = ("data", "vae", "latents", "decoder", "unet", "control", "export")
VALIDATION_BATCH = 48


class Starter:
    """One training run: `folder` holds everything it makes, `config` is a parsed TOML of training/configs."""

    def __init__(self, config: dict[str, Any], folder: Path, seed: int = 0) -> None:
        self.config, self.folder, self.seed = config, folder, seed
        self.scheduler = make_scheduler()

    # --- data and parts -----------------------------------------------------------------------------------------------

    def render(self) -> None:
        render_dolls(self.folder / "dolls", **self.config["data"])

    @property
    def dolls(self) -> DollSet:
        return DollSet(self.folder / "dolls")

    def tokenizer(self, dolls: DollSet) -> CLIPTokenizer:
        folder = self.folder / "tokenizer"
        if (folder / "vocab.json").exists():
            return CLIPTokenizer.from_pretrained(folder)
        rng = np.random.default_rng(self.seed)
        texts = [caption(c, rng, empty=0.0, identity=0.5) for c in dolls.captions]
        return train_tokenizer(texts, folder, self.config["text"]["vocabulary"])

    def _stage(self, name: str, modules: dict[str, nn.Module], groups: list[Any], step: Any, **more: Any) -> Stage:
        return Stage(name, self.folder, self.config[name]["minutes"], modules, groups, step, **more)

    def _load(self, name: str, modules: dict[str, nn.Module]) -> None:
        """The averaged weights a finished (or interrupted) stage left."""
        state = torch.load(self.folder / f"{name}.pt", map_location="cpu", weights_only=True)
        for key, module in modules.items():
            module.load_state_dict(state["average"][key])

    def history(self, stage: str) -> list[Metrics]:
        """What a stage has logged so far."""
        log = self.folder / f"{stage}.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def _rng(self, stage: str) -> np.random.Generator:
        """A stage's own random numbers; a resumed stage goes on with new ones."""
        return np.random.default_rng((self.seed, STAGES.index(stage), len(self.history(stage))))

    # --- autoencoder --------------------------------------------------------------------------------------------------

    def vae(self) -> AutoencoderTiny:
        return make_vae(self.config["vae"])

    def train_vae(self) -> None:
        dolls, vae, rng, settings = self.dolls, self.vae(), self._rng("vae"), self.config["vae"]
        unseen = _unseen_pictures(dolls)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            windows = _windows(dolls, rng, settings["batch"], settings["crop"])
            x = _crops(dolls, windows, settings["crop"]).to(machine.device)
            z = vae.encoder(2 * x - 1)
            z = z + 0.05 * torch.randn_like(z)
            return _reconstruction_loss(vae.decoder(z), x), {}

        def evaluate(machine: Machine) -> Metrics:
            return _psnr(cast(AutoencoderTiny, stage.average["vae"]), *unseen)

        stage = self._stage("vae", {"vae": vae}, [(vae.parameters(), settings["rate"])], step, evaluate=evaluate)
        stage.run()

    def encode(self) -> None:
        """Latents of all pictures, normalised per channel; the normalised VAE is kept as `vae-normal.pt`."""
        out = self.folder / "latents.npy"
        if out.exists():
            return
        dolls, vae = self.dolls, self.vae()
        self._load("vae", {"vae": vae})
        sample = torch.cat(list(_encoded(vae, dolls, range(0, len(dolls), max(1, len(dolls) // 512)))))
        normalise_latents(vae, sample.mean((0, 2, 3)), sample.std((0, 2, 3)))
        torch.save(vae.state_dict(), self.folder / "vae-normal.pt")
        latents = np.concatenate([z.half().numpy() for z in _encoded(vae, dolls, range(len(dolls)))])
        with (self.folder / "latents.part").open("wb") as file:
            np.save(file, latents)
        (self.folder / "latents.part").replace(out)

    def normal_vae(self) -> AutoencoderTiny:
        """The VAE whose latents are normalised; with the longer-trained decoder once that stage has run."""
        vae = self.vae()
        vae.load_state_dict(torch.load(self.folder / "vae-normal.pt", weights_only=True))
        if (self.folder / "decoder.pt").exists():
            self._load("decoder", {"decoder": vae.decoder})
        return vae

    def train_decoder(self) -> None:
        """Only the decoder, from fixed latents with a little noise: sharper pictures from the same UNet."""
        dolls, latents, rng, settings = self.dolls, self.latents, self._rng("decoder"), self.config["decoder"]
        vae = self.normal_vae()
        decoder = vae.decoder
        unseen = _unseen_pictures(dolls)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            windows, cells = _windows(dolls, rng, settings["batch"], settings["crop"]), settings["crop"] // 8
            target = _crops(dolls, windows, settings["crop"]).to(machine.device)
            cut = [latents[n, :, y // 8 : y // 8 + cells, x // 8 : x // 8 + cells] for n, y, x in windows]
            z = torch.from_numpy(np.stack(cut).astype(np.float32)).to(machine.device)
            return _reconstruction_loss(decoder(z + settings["noise"] * torch.randn_like(z)), target), {}

        def evaluate(machine: Machine) -> Metrics:
            vae.decoder = stage.average["decoder"]  # type: ignore[assignment]
            quality = _psnr(vae.to(machine.device), *unseen)
            vae.decoder = decoder
            return quality

        stage = self._stage(
            "decoder", {"decoder": decoder}, [(decoder.parameters(), settings["rate"])], step, evaluate=evaluate
        )
        stage.run()

    # --- diffusion ----------------------------------------------------------------------------------------------------

    @property
    def latents(self) -> np.ndarray:
        return np.load(self.folder / "latents.npy", mmap_mode="r")

    def base(self, tokenizer: CLIPTokenizer) -> tuple[UNet2DConditionModel, CLIPTextModel]:
        unet = make_unet(self.config["unet"], self.config["text"]["width"])
        unet.set_attn_processor(AttnProcessor())  # on CPUs twice as fast backwards as the fused attention
        return unet, make_text_encoder(self.config["text"], tokenizer)

    def train_unet(self) -> None:
        """Text to image on whole dolls; text encoder and UNet together."""
        dolls, latents, settings, rng = self.dolls, self.latents, self.config["unet"], self._rng("unet")
        tokenizer = self.tokenizer(dolls)
        unet, text = self.base(tokenizer)
        unseen = self._validation(dolls, tokenizer)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            numbers = rng.integers(0, dolls.trained, settings["batch"])
            x0 = torch.from_numpy(latents[np.sort(numbers)].astype(np.float32)).to(machine.device)
            texts = [caption(dolls.captions[n], rng, empty=0.15, identity=0.4) for n in np.sort(numbers)]
            embeddings = _embed(text, tokenizer, texts)
            x_t, t, target = self._noised(x0)
            return F.mse_loss(unet(x_t, t, embeddings).sample.float(), target), {}

        def evaluate(machine: Machine) -> Metrics:
            u, e = cast(UNet2DConditionModel, stage.average["unet"]), cast(CLIPTextModel, stage.average["text"])
            x_t, t, target, tokens = (unseen[k].to(machine.device) for k in ("x_t", "t", "target", "tokens"))
            with machine.autocast():
                return {"unseen_loss": float(F.mse_loss(u(x_t, t, e(tokens).last_hidden_state).sample.float(), target))}

        modules: dict[str, nn.Module] = {"unet": unet, "text": text}
        groups = [(unet.parameters(), settings["rate"]), (text.parameters(), settings["rate"])]
        stage = self._stage("unet", modules, groups, step, evaluate=evaluate, weight_decay=0.01)
        stage.run()

    def controlnet(self, unet: UNet2DConditionModel) -> CC_ControlNet:
        return cast(
            CC_ControlNet,
            CC_ControlNet.from_unet(
                unet, conditioning_embedding_out_channels=tuple(self.config["control"]["hint_widths"])
            ),
        )

    def train_control(self) -> None:
        """CC_ControlNet on the locked base: hint = RGB with -1 in the hole, half of the prompts empty."""
        dolls, latents, settings, rng = self.dolls, self.latents, self.config["control"], self._rng("control")
        tokenizer = self.tokenizer(dolls)
        unet, text = self.base(tokenizer)
        self._load("unet", {"unet": unet, "text": text})
        for locked in (unet, text):
            locked.requires_grad_(False).eval()
        net = self.controlnet(unet)
        net.set_attn_processor(AttnProcessor())
        unseen = self._validation(dolls, tokenizer)

        def loss_of(net: nn.Module, batch: dict[str, Tensor], *, controlled: bool = True) -> Tensor:
            x_t, t, target, hint, weight = (batch[k] for k in ("x_t", "t", "target", "hint", "weight"))
            with torch.no_grad():
                embeddings = text(batch["tokens"]).last_hidden_state
            more: dict[str, Any] = {}
            if controlled:
                down, mid = net(x_t, t, embeddings, controlnet_cond=hint, return_dict=False)
                more = {"down_block_additional_residuals": down, "mid_block_additional_residual": mid}
            error = (unet(x_t, t, embeddings, **more).sample.float() - target).square().mean(1, keepdim=True)
            return (error * weight).mean()

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            numbers = np.sort(rng.integers(0, dolls.trained, settings["batch"]))
            x0 = torch.from_numpy(latents[numbers].astype(np.float32))
            masks = np.stack([draw_mask(dolls.mask(n), rng) for n in numbers])
            texts = [caption(dolls.captions[n], rng, empty=0.5, identity=0.1) for n in numbers]
            x_t, t, target = self._noised(x0)
            hint, weight = _hint(dolls, numbers, masks)
            batch = {
                "x_t": x_t,
                "t": t,
                "target": target,
                "hint": hint,
                "weight": weight,
                "tokens": _tokens(tokenizer, texts),
            }
            return loss_of(net, {k: v.to(machine.device) for k, v in batch.items()}), {}

        def evaluate(machine: Machine) -> Metrics:
            batch = {k: v.to(machine.device) for k, v in unseen.items()}
            with machine.autocast():
                with_control = float(loss_of(stage.average["control"], batch))
                return {
                    "unseen_loss": with_control,
                    "control_gain": float(loss_of(net, batch, controlled=False)) - with_control,
                }

        zero = [*net.controlnet_down_blocks.parameters(), *net.controlnet_mid_block.parameters()]  # type: ignore[union-attr]
        fast = [*zero, *net.controlnet_cond_embedding.parameters()]
        known = {id(p) for p in fast}
        rest = [p for p in net.parameters() if id(p) not in known]
        stage = self._stage(
            "control",
            {"control": net},
            [(fast, settings["zero_rate"]), (rest, settings["rate"])],
            step,
            evaluate=evaluate,
            evaluate_every=45.0,
        )
        for locked in (unet, text):
            locked.to(stage.machine.device)
        stage.run()

    def _noised(self, x0: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(x_t, t, v) of clean latents; t is logit-normal towards noise, as little is left to decide once it is low."""
        t = (1000 * torch.sigmoid(0.4 + torch.randn(len(x0)))).long().clamp(0, 999).to(x0.device)
        return self._noised_at(x0, t, torch.randn_like(x0))

    def _noised_at(self, x0: Tensor, t: Tensor, eps: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """x_t = alpha x_0 + sigma eps and v = alpha eps - sigma x_0 (Salimans and Ho, arXiv 2202.00512)."""
        alpha_bar = self.scheduler.alphas_cumprod.to(x0.device)[t][:, None, None, None]
        alpha, sigma = alpha_bar.sqrt(), (1 - alpha_bar).sqrt()
        return alpha * x0 + sigma * eps, t, alpha * eps - sigma * x0

    def _validation(self, dolls: DollSet, tokenizer: CLIPTokenizer) -> dict[str, Tensor]:
        """A fixed batch of pictures, masks, noises and timesteps that no stage trains on."""
        rng, noise = np.random.default_rng(1), torch.Generator().manual_seed(1)
        numbers = np.arange(max(dolls.trained, len(dolls) - VALIDATION_BATCH), len(dolls))
        x0 = torch.from_numpy(self.latents[numbers].astype(np.float32))
        t = torch.linspace(80, 999, len(numbers)).long()
        x_t, t, target = self._noised_at(x0, t, torch.randn(x0.shape, generator=noise))
        hint, weight = _hint(dolls, numbers, np.stack([draw_mask(dolls.mask(n), rng) for n in numbers]))
        tokens = _tokens(tokenizer, [", ".join(dolls.captions[n].outfit) for n in numbers])
        return {"x_t": x_t, "t": t, "target": target, "hint": hint, "weight": weight, "tokens": tokens}

    def export(self, out: Path) -> None:
        """Everything in diffusers layout, fp16, to `out`."""
        tokenizer = self.tokenizer(self.dolls)
        unet, text = self.base(tokenizer)
        self._load("unet", {"unet": unet, "text": text})
        net = self.controlnet(unet)
        self._load("control", {"control": net})
        export_starter(out, self.normal_vae(), tokenizer, text, unet, net, self.scheduler)


# --- batches ----------------------------------------------------------------------------------------------------------


def _tensor(pictures: np.ndarray) -> Tensor:
    """uint8[B, H, W, 3] -> float32[B, 3, H, W] in [0, 1], channels last in memory."""
    return torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255


def _pictures(dolls: DollSet, numbers: range) -> Tensor:
    return _tensor(np.stack([dolls.image(n) for n in numbers]))


def _windows(dolls: DollSet, rng: np.random.Generator, count: int, side: int) -> list[tuple[int, int, int]]:
    """Random windows (picture, top, left), aligned to latent cells; most lie about the clothes, where the detail is."""
    out = []
    for number in rng.integers(0, dolls.trained, count):
        top, left = rng.integers(0, dolls.size - side + 1, 2)
        found = np.argwhere(dolls.mask(int(number))[::8, ::8])
        if len(found) and rng.random() < 0.75:
            centre = 8 * found[rng.integers(len(found))] + rng.integers(-side // 4, side // 4 + 1, 2)
            top, left = np.clip(centre - side // 2, 0, dolls.size - side)
        out.append((int(number), int(top) // 8 * 8, int(left) // 8 * 8))
    return out


def _crops(dolls: DollSet, windows: list[tuple[int, int, int]], side: int) -> Tensor:
    return _tensor(np.stack([dolls.image(n)[y : y + side, x : x + side] for n, y, x in windows]))


def _hint(dolls: DollSet, numbers: np.ndarray, masks: np.ndarray) -> tuple[Tensor, Tensor]:
    """Hints float32[B, 3, H, W], -1 in the hole; loss weights [B, 1, h, w], 1 in the hole's cells, 0.15 outside."""
    hint = _tensor(np.stack([dolls.image(n) for n in numbers]))
    hole = torch.from_numpy(masks > 0)[:, None]
    cells = F.max_pool2d(hole.float(), 8)
    return hint.masked_fill(hole, -1.0), 0.15 + 0.85 * cells


def _encoded(vae: AutoencoderTiny, dolls: DollSet, numbers: range, batch: int = 32) -> Any:
    for i in range(0, len(numbers), batch):
        with torch.no_grad():
            yield vae.encoder(2 * _pictures(dolls, numbers[i : i + batch]) - 1)


def _tokens(tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    return tokenizer(texts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids


def _embed(text: CLIPTextModel, tokenizer: CLIPTokenizer, texts: list[str]) -> Tensor:
    return text(_tokens(tokenizer, texts).to(text.device)).last_hidden_state


def _reconstruction_loss(made: Tensor, wanted: Tensor) -> Tensor:
    """Squared error of pixels and of their finite differences, and a little absolute error.

    Absolute errors alone ask for the median, and thin lines are never the median of their neighbourhood.
    """
    difference = (made.float() + 1) / 2 - wanted  # the decoder's range is [-1, 1]
    edges = difference.diff(dim=2).square().mean() + difference.diff(dim=3).square().mean()
    return 10 * difference.square().mean() + 5 * edges + 0.5 * difference.abs().mean()


def _unseen_pictures(dolls: DollSet, count: int = 16) -> tuple[Tensor, Tensor]:
    """Validation pictures and where their clothes are, bool[B, 1, H, W]."""
    numbers = range(max(dolls.trained, len(dolls) - count), len(dolls))
    return _pictures(dolls, numbers), torch.from_numpy(np.stack([dolls.mask(n) for n in numbers]) > 0)[:, None]


def _psnr(vae: AutoencoderTiny, pictures: Tensor, masks: Tensor) -> Metrics:
    """Reconstruction quality over whole pictures and within the masks, decibels, mean over pictures."""
    pictures, masks = pictures.to(vae.device), masks.to(vae.device)
    made = (vae.decoder(vae.encoder(2 * pictures - 1)).float().clamp(-1, 1) + 1) / 2
    error = (made - pictures).square().mean(1, keepdim=True)
    whole, masked = error.mean((1, 2, 3)), (error * masks).sum((1, 2, 3)) / masks.sum((1, 2, 3)).clamp(min=1)
    return {"psnr_db": float(-10 * whole.log10().mean()), "masked_psnr_db": float(-10 * masked.log10().mean())}


def read_config(path: Path) -> dict[str, Any]:
    """Parse a TOML config. Raises ValueError for a table this program does not know."""
    config = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {"data", "vae", "decoder", "text", "unet", "control"}
    if set(config) != known:
        raise ValueError(f"{path}: expected the tables {sorted(known)}, found {sorted(config)}")
    return config


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.starter", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--config", type=Path, default=Path(__file__).parent / "configs" / "starter-cpu.toml")
    parser.add_argument("--work", type=Path, default=Path(".cache/starter"), help="checkpoints and data")
    parser.add_argument("--out", type=Path, default=Path("assets/starter"), help="where the finished model goes")
    parser.add_argument("--stage", choices=("all", *STAGES), default="all")
    parser.add_argument("--minutes", type=float, help="time box of the chosen stage")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    config = read_config(arguments.config)
    if arguments.minutes is not None:
        if arguments.stage not in config or "minutes" not in config[arguments.stage]:
            parser.error("--minutes needs --stage vae, decoder, unet or control")
        config[arguments.stage]["minutes"] = arguments.minutes
    torch.manual_seed(arguments.seed)
    starter = Starter(config, arguments.work, arguments.seed)
    work: dict[str, Callable[[], None]] = {
        "data": starter.render,
        "vae": starter.train_vae,
        "latents": starter.encode,
        "decoder": starter.train_decoder,
        "unet": starter.train_unet,
        "control": starter.train_control,
        "export": lambda: starter.export(arguments.out),
    }
    for name in STAGES if arguments.stage == "all" else (arguments.stage,):
        work[name]()
    print(json.dumps({"done": arguments.stage, "work": str(arguments.work)}))


if __name__ == "__main__":
    main()
