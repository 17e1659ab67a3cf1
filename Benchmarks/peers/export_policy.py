"""Makes a benchmark model one that can be trained by reinforcement: a tokenizer, and answers that end.

    export_policy.py MODEL_DIRECTORY OUT

The tokenizer is a byte-level BPE with as many ids as the model has rows, so that every id that is sampled is a token. A model
with random weights ends its answers at random. Which of its tokens is drawn how often is chance too, so the row of the end
token is swapped for one that is drawn about once in `vocab_size` tokens.
"""

import os
import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

PAD, END = "<pad>", "<end>"


def words(count):
    """Words nobody speaks, drawn by a linear congruential generator: text that has enough pairs to merge."""
    state, letters = 1, "etaoinshrdlucmfwypvbgkjqxz"
    for _ in range(count):
        word = ""
        while True:
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            # Squared, so that some letters are much more frequent than others.
            word += letters[int(len(letters) * (state / 2**64) ** 2)]
            if (state >> 20) % 4 == 0:
                break
        yield word


def tokenizer(vocabulary):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, special_tokens=[PAD, END], show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    made.train_from_iterator([" ".join(words(20 * vocabulary))], trainer)
    if made.get_vocab_size() != vocabulary:
        raise SystemExit(f"the tokenizer has {made.get_vocab_size()} ids, the model {vocabulary} rows")
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token=PAD, eos_token=END)


@torch.no_grad()
def average_row(model, vocabulary):
    """The token whose probability, in the mean over what the model says, is nearest to 1 / vocabulary."""
    prompts = torch.randint(2, vocabulary, (64, 16), generator=torch.Generator().manual_seed(0))
    torch.manual_seed(0)
    said = model.generate(
        prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=96, do_sample=True, temperature=1.0, top_k=0,
        top_p=1.0, eos_token_id=None, pad_token_id=0)
    mean = sum(model(row[None]).logits[0, 16:].softmax(-1).mean(0) for row in said) / len(said)
    return int((mean[2:] - 1 / vocabulary).abs().argmin()) + 2


def main():
    source, directory = sys.argv[1:]
    logging.disable_progress_bar()
    model = AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32).eval()
    vocabulary = model.config.vocab_size
    made = tokenizer(vocabulary)
    chosen, rows = average_row(model, vocabulary), model.get_input_embeddings().weight.data
    rows[[made.eos_token_id, chosen]] = rows[[chosen, made.eos_token_id]]
    for settings in (model.config, model.generation_config):
        settings.eos_token_id, settings.pad_token_id = made.eos_token_id, made.pad_token_id
    draft = directory + ".part"
    model.save_pretrained(draft)
    made.save_pretrained(draft)
    os.rename(draft, directory)


if __name__ == "__main__":
    main()
