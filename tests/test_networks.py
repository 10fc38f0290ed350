"""The starter model's parts: standard classes, a VAE that starts knowing colours, a tokenizer that reads anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import CLIPTokenizer

from training.networks import make_scheduler, make_text_encoder, make_unet, make_vae, normalise_latents, train_tokenizer

VAE = {"encoder_width": 8, "decoder_width": 12, "encoder_blocks": [1, 1, 1, 1], "decoder_blocks": [1, 1, 1, 1]}


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> CLIPTokenizer:
    captions = ["red sailor uniform, white pleated skirt", "navy and white striped t-shirt, blue jeans"] * 20
    return train_tokenizer(captions, tmp_path_factory.mktemp("tokenizer"), 700)


def smooth_pictures() -> torch.Tensor:
    torch.manual_seed(0)
    coarse = torch.rand(4, 3, 8, 8)
    return torch.nn.functional.interpolate(coarse, scale_factor=8)


@torch.no_grad()
def test_vae_starts_as_pooling() -> None:
    vae, x = make_vae(VAE), smooth_pictures()
    made = (vae.decoder(vae.encoder(2 * x - 1)) + 1) / 2
    assert (made - x).abs().mean() < 0.05  # only the tanh in front of the decoder bends it


@torch.no_grad()
def test_normalised_latents_decode_to_the_same_picture() -> None:
    vae, x = make_vae(VAE), smooth_pictures()
    x = 0.35 + 0.3 * x  # small latents, where that tanh is nearly straight
    z = vae.encoder(2 * x - 1)
    before = vae.decoder(z)
    normalise_latents(vae, z.mean((0, 2, 3)), z.std((0, 2, 3)))
    z = vae.encoder(2 * x - 1)
    assert z.mean((0, 2, 3)).abs().max() < 1e-4
    assert (z.std((0, 2, 3)) - 1).abs().max() < 1e-3
    inside = (slice(None), slice(None), slice(8, -8), slice(8, -8))  # zero padding differs at the border
    assert (vae.decoder(z) - before)[inside].abs().mean() < 0.08


def test_tokenizer_knows_its_words_and_reads_any_text(tokenizer: CLIPTokenizer) -> None:
    assert tokenizer.tokenize("Red pleated skirt") == ["red</w>", "pleated</w>", "skirt</w>"]
    for text in ("日本語 ünïcode 🙂", "a" * 300, ""):
        ids = tokenizer(text).input_ids
        assert (ids[0], ids[-1]) == (tokenizer.bos_token_id, tokenizer.eos_token_id)
        assert max(ids) < len(tokenizer)


def test_tokenizer_loads_from_its_folder(tokenizer: CLIPTokenizer, tmp_path: Path) -> None:
    tokenizer.save_pretrained(tmp_path)
    again = CLIPTokenizer.from_pretrained(tmp_path)
    assert again("red sailor uniform").input_ids == tokenizer("red sailor uniform").input_ids
    assert again.model_max_length == 77


@torch.no_grad()
def test_unet_and_text_encoder_fit_together(tokenizer: CLIPTokenizer) -> None:
    text = make_text_encoder({"width": 32, "layers": 1, "heads": 2}, tokenizer)
    unet = make_unet({"widths": [16, 32], "heads": [1, 2], "layers": 1}, 32)
    ids = tokenizer(["red skirt", ""], padding="max_length", max_length=77, return_tensors="pt").input_ids
    out = unet(torch.randn(2, 4, 32, 32), torch.tensor([3, 900]), text(ids).last_hidden_state, return_dict=False)[0]
    assert out.shape == (2, 4, 32, 32)


def test_schedule_ends_in_pure_noise() -> None:
    scheduler = make_scheduler()
    assert scheduler.config["prediction_type"] == "v_prediction"
    assert float(scheduler.alphas_cumprod[-1]) < 1e-6
