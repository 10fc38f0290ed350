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
from typing import Any, TypeVar, cast

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.models.attention_processor import AttnProcessor
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import load_file
from torch import Tensor, nn
from tqdm import tqdm
from transformers import CLIPTextModel, CLIPTokenizer

from ccnet.controlnet import CC_ControlNet
from training import batches, diffusion
from training.data import DollSet, caption, draw_mask, render_dolls
from training.export import export_starter
from training.networks import make_scheduler, make_text_encoder, make_unet, make_vae, normalise_latents, train_tokenizer
from training.stage import Machine, Metrics, Stage, candidate_machines
from training.wording import Probe, draw_wording, wording_loss

STAGES = ("data", "vae", "latents", "decoder", "text", "unet", "hint", "control", "export")
Module = TypeVar("Module", bound=nn.Module)


class Starter:
    """One training run: `folder` holds everything it makes, `config` is a parsed TOML of training/configs.

    `start`: an exported model to go on from, instead of from nothing; a stage's own checkpoint comes first.
    """

    def __init__(self, config: dict[str, Any], folder: Path, seed: int = 0, start: Path | None = None) -> None:
        self.config, self.folder, self.seed, self.start = config, folder, seed, start
        self.scheduler = make_scheduler()

    # --- data and parts -----------------------------------------------------------------------------------------------

    def render(self) -> None:
        render_dolls(self.folder / "dolls", **self.config["data"])

    @property
    def dolls(self) -> DollSet:
        return DollSet(self.folder / "dolls")

    @property
    def tokenizer_folder(self) -> Path:
        return (self.start or self.folder) / "tokenizer"

    def tokenizer(self, dolls: DollSet) -> CLIPTokenizer:
        folder = self.tokenizer_folder
        if (folder / "vocab.json").exists():
            return CLIPTokenizer.from_pretrained(folder)
        rng = np.random.default_rng(self.seed)
        texts = [caption(c, rng, empty=0.0, identity=0.5) for c in dolls.captions]
        return train_tokenizer(texts, folder, self.config["text"]["vocabulary"])

    def _stage(self, name: str, modules: dict[str, nn.Module], groups: list[Any], step: Any, **more: Any) -> Stage:
        return Stage(name, self.folder, self.config[name]["minutes"], modules, groups, step, **more)

    def _begin(self, module: Module, file: str) -> Module:
        """The module with the weights of the model to start from, if there is one."""
        if self.start is not None:
            module.load_state_dict(load_file(self.start / file))
        return module

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
        return self._begin(make_vae(self.config["vae"]), "vae/diffusion_pytorch_model.safetensors")

    def train_vae(self) -> None:
        dolls, vae, rng, settings = self.dolls, self.vae(), self._rng("vae"), self.config["vae"]
        unseen = batches.unseen_pictures(dolls)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            where = batches.windows(dolls, rng, settings["batch"], settings["crop"])
            x = batches.crops(dolls, where, settings["crop"]).to(machine.device)
            z = vae.encoder(2 * x - 1)
            z = z + 0.05 * torch.randn_like(z)
            return batches.reconstruction_loss(vae.decoder(z), x), {}

        def evaluate(machine: Machine) -> Metrics:
            return batches.psnr(cast(AutoencoderTiny, stage.average["vae"]), *unseen)

        stage = self._stage("vae", {"vae": vae}, [(vae.parameters(), settings["rate"])], step, evaluate=evaluate)
        stage.run()

    def encode(self) -> None:
        """Latents of all pictures, normalised per channel; the normalised VAE is kept as `vae-normal.pt`."""
        out = self.folder / "latents.npy"
        if out.exists():
            return
        dolls, vae = self.dolls, self.vae()
        exported = not (self.folder / "vae.pt").exists()  # and so normalised already
        if not exported:
            self._load("vae", {"vae": vae})
        nn.Module.to(vae, candidate_machines()[0].device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        if not exported:
            sample = torch.cat(list(batches.encoded(vae, dolls, range(0, len(dolls), max(1, len(dolls) // 512)))))
            normalise_latents(vae, sample.mean((0, 2, 3)).to(vae.device), sample.std((0, 2, 3)).to(vae.device))
        torch.save(vae.state_dict(), self.folder / "vae-normal.pt")
        parts = tqdm(batches.encoded(vae, dolls, range(len(dolls))), desc="encoding", total=-(-len(dolls) // 16))
        latents = np.concatenate([z.half().numpy() for z in parts])
        with (self.folder / "latents.part").open("wb") as file:
            np.save(file, latents)
        (self.folder / "latents.part").replace(out)

    def normal_vae(self) -> AutoencoderTiny:
        """The VAE whose latents are normalised; with the longer-trained decoder once that stage has run."""
        vae = self.vae()
        vae.load_state_dict(torch.load(self.folder / "vae-normal.pt", map_location="cpu", weights_only=True))
        if (self.folder / "decoder.pt").exists():
            self._load("decoder", {"decoder": vae.decoder})
        return vae

    def train_decoder(self) -> None:
        """Only the decoder, from fixed latents with noise: what the UNet draws is never quite right either, and a
        decoder that has seen such latents makes clean colours and outlines of them."""
        dolls, latents, rng, settings = self.dolls, self.latents, self._rng("decoder"), self.config["decoder"]
        vae = self.normal_vae()
        decoder = vae.decoder
        unseen = batches.unseen_pictures(dolls)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            where, cells = batches.windows(dolls, rng, settings["batch"], settings["crop"]), settings["crop"] // 8
            target = batches.crops(dolls, where, settings["crop"]).to(machine.device)
            cut = [latents[n, :, y // 8 : y // 8 + cells, x // 8 : x // 8 + cells] for n, y, x in where]
            z = torch.from_numpy(np.stack(cut).astype(np.float32)).to(machine.device)
            return batches.reconstruction_loss(decoder(z + settings["noise"] * torch.randn_like(z)), target), {}

        def evaluate(machine: Machine) -> Metrics:
            vae.decoder = stage.average["decoder"]  # type: ignore[assignment]
            quality = batches.psnr(cast(AutoencoderTiny, nn.Module.to(vae, machine.device)), *unseen)
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
        """UNet (4 channels) and text encoder as they are locked and exported: trained, where their stage has run."""
        unet, text = self._new_base(tokenizer)
        if (self.folder / "unet.pt").exists():
            scaffolded, text = self._new_base(tokenizer, scaffolded=True)
            self._load("unet", {"unet": scaffolded, "text": text})
            weights = scaffolded.state_dict()
            unet.load_state_dict(weights | {"conv_in.weight": weights["conv_in.weight"][:, :4]})
        return unet, text

    def _new_base(
        self, tokenizer: CLIPTokenizer, scaffolded: bool = False
    ) -> tuple[UNet2DConditionModel, CLIPTextModel]:
        unet = make_unet(self.config["unet"], self.config["text"]["width"])
        self._begin(unet, "unet/diffusion_pytorch_model.safetensors")
        if scaffolded:  # further input channels, which start without any influence
            more = diffusion.SCAFFOLD_CHANNELS
            wide = make_unet(self.config["unet"], self.config["text"]["width"], 4 + more)
            weights = unet.state_dict()
            widened = F.pad(weights["conv_in.weight"], (0, 0, 0, 0, 0, more))
            wide.load_state_dict(weights | {"conv_in.weight": widened})
            unet = wide
        unet.set_attn_processor(AttnProcessor())  # on CPUs twice as fast backwards as the fused attention
        text = make_text_encoder(self.config["text"], tokenizer)
        return unet, self._begin(text, "text_encoder/model.safetensors")

    def train_text(self) -> None:
        """The text encoder alone, asked by a probe what each garment is; the probe is thrown away."""
        settings, rng = self.config["text"], self._rng("text")
        tokenizer = self.tokenizer(self.dolls)
        _, text = self._new_base(tokenizer)
        probe = Probe(settings["width"], settings["heads"])

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            texts, right = zip(*(draw_wording(rng) for _ in range(settings["batch"])), strict=True)
            embeddings = batches.embed(text, tokenizer, list(texts))
            loss, hits = wording_loss(probe(embeddings), torch.tensor(right, device=machine.device))
            return loss, {"garments_understood": float(hits)}

        rate = settings["rate"]
        self._stage(
            "text", {"text": text, "probe": probe}, [(text.parameters(), rate), (probe.parameters(), rate)], step
        ).run()

    def train_unet(self) -> None:
        """Text to image on whole dolls; text encoder and UNet together.

        A small net learns what words mean slowly while figure, pose and background are all unknown, so part of the
        batch is scaffolded: five more input channels, as an inpainting UNet has, show the mask and the latents around
        it, and the clothes alone are left to the words. The rest of the batch sees zeros there. The channels are cut
        off when the stage is over, and what is locked and exported is a text-to-image UNet.
        """
        dolls, latents, settings, rng = self.dolls, self.latents, self.config["unet"], self._rng("unet")
        tokenizer = self.tokenizer(dolls)
        unet, text = self._new_base(tokenizer, scaffolded=True)
        if (self.folder / "text.pt").exists():
            self._load("text", {"text": text})
        unseen = diffusion.validation(dolls, latents, tokenizer, self.scheduler)

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            numbers = np.sort(rng.integers(0, dolls.trained, settings["batch"]))
            x0 = torch.from_numpy(latents[numbers].astype(np.float32)).to(machine.device)
            texts = [caption(dolls.captions[n], rng, empty=0.15, identity=0.4) for n in numbers]
            embeddings = batches.embed(text, tokenizer, texts)
            x_t, t, target = diffusion.noised(self.scheduler, x0)
            hole = batches.cells(dolls, numbers, rng).to(machine.device)
            shown = torch.from_numpy(rng.random((len(numbers), 1, 1, 1)) < settings["scaffold"]).to(machine.device)
            x_t = torch.cat([x_t, diffusion.scaffold(x0, hole) * shown], 1)
            error = unet(x_t, t, embeddings).sample.float() - target
            weight = torch.where(shown, 0.15 + 0.85 * hole, torch.ones_like(hole))
            return (error.square() * weight).mean(), {}

        def evaluate(machine: Machine) -> Metrics:
            u, e = cast(UNet2DConditionModel, stage.average["unet"]), cast(CLIPTextModel, stage.average["text"])
            x0, x_t, t, target, tokens, weight, nothing = (
                unseen[k].to(machine.device) for k in ("x0", "x_t", "t", "target", "tokens", "weight", "nothing")
            )
            hole = (weight > 0.5).float()
            scaffold, everywhere = diffusion.scaffold(x0, hole), torch.ones_like(hole)
            losses = {}
            with machine.autocast():
                for name, words, shown, where in (
                    ("unseen_loss", tokens, 0 * scaffold, everywhere),
                    ("scaffolded_loss", tokens, scaffold, hole),
                    ("scaffolded_loss_without_words", nothing, scaffold, hole),
                ):
                    v = u(torch.cat([x_t, shown], 1), t, e(words).last_hidden_state).sample.float()
                    losses[name] = float(((v - target).square() * where).mean() / where.mean())
            return losses

        modules: dict[str, nn.Module] = {"unet": unet, "text": text}
        groups = [(unet.parameters(), settings["rate"]), (text.parameters(), 0.3 * settings["rate"])]
        stage = self._stage("unet", modules, groups, step, evaluate=evaluate)
        stage.run()

    def controlnet(self, unet: UNet2DConditionModel) -> CC_ControlNet:
        widths = tuple(self.config["control"]["hint_widths"])
        net = CC_ControlNet.from_unet(unet, conditioning_embedding_out_channels=widths)
        return self._begin(net, "controlnet/diffusion_pytorch_model.safetensors")

    def train_hint(self) -> None:
        """The hint encoder alone, to say what the scaffold said: the features that the UNet's first convolution made of
        the hole and the latents around it. Left to the zero convolutions' gradients it learns that much later.
        """
        dolls, latents, settings, rng = self.dolls, self.latents, self.config["hint"], self._rng("hint")
        unet, _ = self._new_base(self.tokenizer(dolls), scaffolded=True)
        self._load("unet", {"unet": unet})
        first = unet.conv_in.weight[:, 4:].detach()
        encoder = self.controlnet(unet).controlnet_cond_embedding

        def step(machine: Machine) -> tuple[Tensor, Metrics]:
            numbers = np.sort(rng.integers(0, dolls.trained, settings["batch"]))
            x0 = torch.from_numpy(latents[numbers].astype(np.float32)).to(machine.device)
            hint, weight = batches.hints(dolls, numbers, np.stack([draw_mask(dolls.mask(n), rng) for n in numbers]))
            hole = (weight > 0.5).float().to(machine.device)
            wanted = F.conv2d(diffusion.scaffold(x0, hole), first.to(machine.device), padding=1).float()
            error = encoder(hint.to(machine.device)).float() - wanted
            loss = error.square().mean() / wanted.square().mean()
            return loss, {}

        self._stage("hint", {"encoder": encoder}, [(encoder.parameters(), settings["rate"])], step).run()

    def train_control(self) -> None:
        """CC_ControlNet on the locked base: hint = RGB with -1 in the hole, half of the prompts empty."""
        dolls, latents, settings, rng = self.dolls, self.latents, self.config["control"], self._rng("control")
        tokenizer = self.tokenizer(dolls)
        unet, text = self.base(tokenizer)
        for locked in (unet, text):
            locked.requires_grad_(False).eval()
        net = self.controlnet(unet)
        if (self.folder / "hint.pt").exists():
            self._load("hint", {"encoder": net.controlnet_cond_embedding})
        net.set_attn_processor(AttnProcessor())
        unseen = diffusion.validation(dolls, latents, tokenizer, self.scheduler)

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
            x_t, t, target = diffusion.noised(self.scheduler, x0)
            hint, weight = batches.hints(dolls, numbers, masks)
            batch = {
                "x_t": x_t,
                "t": t,
                "target": target,
                "hint": hint,
                "weight": weight,
                "tokens": batches.tokens(tokenizer, texts),
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
        locked_parts: list[nn.Module] = [unet, text]
        for locked in locked_parts:
            locked.to(stage.machine.device)
        stage.run()

    def export(self, out: Path) -> None:
        """Everything in diffusers layout, fp16, to `out`."""
        tokenizer = self.tokenizer(self.dolls)
        unet, text = self.base(tokenizer)
        net = self.controlnet(unet)
        self._load("control", {"control": net})
        export_starter(out, self.normal_vae(), self.tokenizer_folder, text, unet, net, self.scheduler)


def read_config(path: Path) -> dict[str, Any]:
    """Parse a TOML config. Raises ValueError for a table this program does not know."""
    config = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {"data", "vae", "decoder", "text", "unet", "hint", "control"}
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
    parser.add_argument("--start", type=Path, help="an exported model to go on from, such as assets/starter")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    config = read_config(arguments.config)
    if arguments.minutes is not None:
        if arguments.stage not in config or "minutes" not in config[arguments.stage]:
            parser.error(f"--minutes needs --stage {', '.join(name for name in config if 'minutes' in config[name])}")
        config[arguments.stage]["minutes"] = arguments.minutes
    torch.manual_seed(arguments.seed)
    starter = Starter(config, arguments.work, arguments.seed, arguments.start)
    work: dict[str, Callable[[], None]] = {
        "data": starter.render,
        "vae": starter.train_vae,
        "latents": starter.encode,
        "decoder": starter.train_decoder,
        "text": starter.train_text,
        "unet": starter.train_unet,
        "hint": starter.train_hint,
        "control": starter.train_control,
        "export": lambda: starter.export(arguments.out),
    }
    for name in STAGES if arguments.stage == "all" else (arguments.stage,):
        work[name]()
    print(json.dumps({"done": arguments.stage, "work": str(arguments.work)}))


if __name__ == "__main__":
    main()
