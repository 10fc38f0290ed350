"""The starter model's parts, built from a config; standard diffusers and transformers classes throughout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

BOS, EOS = "<|startoftext|>", "<|endoftext|>"
END_OF_WORD = "</w>"


def make_vae(config: dict[str, Any]) -> AutoencoderTiny:
    vae = AutoencoderTiny(
        latent_channels=4,
        encoder_block_out_channels=(config["encoder_width"],) * 4,
        decoder_block_out_channels=(config["decoder_width"],) * 4,
        num_encoder_blocks=tuple(config["encoder_blocks"]),
        num_decoder_blocks=tuple(config["decoder_blocks"]),
    )
    with torch.no_grad():
        _start_as_pooling(vae)
    return vae


def _start_as_pooling(vae: AutoencoderTiny) -> None:
    """Start as 8x box pooling: latents 0..2 = 4 (rgb - 0.5), decoded by repetition; every block starts as the identity.

    A random start needs minutes to find what this start knows (colour and coarse shape).
    """
    for part in (vae.encoder, vae.decoder):
        layers = list(part.layers)
        convs = [m for m in layers if isinstance(m, nn.Conv2d)]
        for block in layers:
            if hasattr(block, "conv") and hasattr(block, "fuse"):
                nn.init.zeros_(block.conv[-1].weight)  # type: ignore[index]
                nn.init.zeros_(block.conv[-1].bias)  # type: ignore[index]
        for k, conv in enumerate(convs):
            conv.weight[:3].mul_(0.0)
            for c in range(3):
                if conv.stride == (2, 2):
                    conv.weight[c, c, 1:, 1:] = 0.25
                else:
                    conv.weight[c, c, 1, 1] = 1.0
            if conv.bias is not None:
                conv.bias[:3] = 0.0
            first, last = k == 0, k == len(convs) - 1
            if part is vae.encoder and last:
                conv.weight[:3] *= 4.0
                conv.bias[:3] = -2.0  # type: ignore[index]
            if part is vae.decoder and first:
                conv.weight[:3] *= 0.25
                conv.bias[:3] = 0.5  # type: ignore[index]


@torch.no_grad()
def normalise_latents(vae: AutoencoderTiny, mean: Tensor, std: Tensor) -> None:
    """Fold the latents' mean and standard deviation [4] into the encoder's last and the decoder's first convolution.

    Afterwards encoded pictures have mean 0 and deviation 1 per channel, which is what the noise schedule expects.
    """
    last, first = vae.encoder.layers[-1], vae.decoder.layers[0]
    assert isinstance(last, nn.Conv2d)
    assert isinstance(first, nn.Conv2d)
    last.weight /= std[:, None, None, None]
    last.bias.copy_((last.bias - mean) / std)  # type: ignore[union-attr]
    first.bias += first.weight.sum((2, 3)) @ mean  # type: ignore[operator]
    first.weight *= std[None, :, None, None]


def train_tokenizer(captions: list[str], folder: Path, vocab_size: int) -> CLIPTokenizer:
    """A byte-level BPE of our own in CLIP's file format (vocab.json, merges.txt), saved to `folder`."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=END_OF_WORD, unk_token=EOS))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])  # type: ignore[assignment]
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)  # type: ignore[assignment]
    words = [word for text in captions for word in text.replace(",", " , ").split()]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size - len(alphabet) - 2,
        end_of_word_suffix=END_OF_WORD,
        initial_alphabet=alphabet,
        show_progress=False,
    )  # type: ignore[call-arg]
    tokenizer.train_from_iterator(words, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    tokens = [*alphabet, *(a + END_OF_WORD for a in alphabet), *("".join(pair.split(" ")) for pair in merges), BOS, EOS]
    vocab = {token: i for i, token in enumerate(dict.fromkeys(tokens))}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
    (folder / "merges.txt").write_text("\n".join(["#version: 0.2", *merges, ""]), encoding="utf-8")
    made = CLIPTokenizer(
        vocab=str(folder / "vocab.json"),
        merges=str(folder / "merges.txt"),
        bos_token=BOS,
        eos_token=EOS,
        pad_token=EOS,
        unk_token=EOS,
    )
    made.model_max_length = 77
    made.save_pretrained(folder)
    return made


def make_text_encoder(config: dict[str, Any], tokenizer: CLIPTokenizer) -> CLIPTextModel:
    bos, eos = (int(tokenizer.get_vocab()[token]) for token in (BOS, EOS))
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=config["width"],
            intermediate_size=4 * config["width"],
            num_hidden_layers=config["layers"],
            num_attention_heads=config["heads"],
            max_position_embeddings=77,
            projection_dim=config["width"],
            bos_token_id=bos,
            eos_token_id=eos,
            pad_token_id=eos,
        )
    )


def make_unet(config: dict[str, Any], text_width: int, in_channels: int = 4) -> UNet2DConditionModel:
    """Text-to-image UNet; the top level has no attention, the others have."""
    widths = tuple(config["widths"])
    lower = len(widths) - 1
    return UNet2DConditionModel(
        sample_size=32,
        in_channels=in_channels,
        out_channels=4,
        layers_per_block=config["layers"],
        block_out_channels=widths,
        norm_num_groups=16,
        down_block_types=("DownBlock2D",) + ("CrossAttnDownBlock2D",) * lower,
        up_block_types=("CrossAttnUpBlock2D",) * lower + ("UpBlock2D",),
        cross_attention_dim=text_width,
        attention_head_dim=tuple(config["heads"]),  # diffusers reads this as the number of heads
    )


def make_scheduler() -> DDIMScheduler:
    """v-prediction with zero terminal SNR (arXiv 2305.08891), so that flat white and black can be reached."""
    return DDIMScheduler(
        beta_schedule="scaled_linear",
        beta_start=0.00085,
        beta_end=0.012,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
        clip_sample=False,
        set_alpha_to_one=True,
    )
