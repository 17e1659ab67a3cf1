"""Writes a benchmark model once: random weights of seed 0 as a Hugging Face directory.

    export_model.py SHAPE DIRECTORY

Weights are drawn so that answers can tell programs apart. Matrices have the deviation 1/√(inputs): with the usual 0.02
the residual stream is little but the last token's embedding, and a greedy output repeats one token. Weights of norms are
drawn from 0.75 to 1.25, so that a norm that is skipped or swapped shows.
"""

import os
import sys

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM
from transformers.utils import logging

from shapes import MAX_POSITIONS, NORM_EPSILON, ROPE_THETA, SHAPES


def build(shape):
    torch.manual_seed(0)
    model = Qwen3ForCausalLM(Qwen3Config(
        **SHAPES[shape], max_position_embeddings=MAX_POSITIONS, rope_theta=ROPE_THETA,
        rms_norm_eps=NORM_EPSILON, tie_word_embeddings=True, attention_bias=False, hidden_act="silu",
        bos_token_id=None, eos_token_id=None, pad_token_id=0,
    ))
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.uniform_(0.75, 1.25)
            else:
                parameter.normal_(0, parameter.shape[1] ** -0.5)
    return model


def main():
    shape, directory = sys.argv[1:]
    logging.disable_progress_bar()
    draft = directory + ".part"
    build(shape).save_pretrained(draft)
    os.rename(draft, directory)


if __name__ == "__main__":
    main()
