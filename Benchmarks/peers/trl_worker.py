"""TRL at whole steps of GRPO: sample, score, forward and backward, AdamW. One model per process; a JSON line per step.

    trl_worker.py MODEL_DIRECTORY fp32|bf16 THREADS PROMPTS.jsonl GENERATIONS MAX_COMPLETION LEARNING_RATE SEED

`bf16` is TRL's: autocast over fp32 weights. Every other setting is TRL's own, but that gradient checkpointing is off
(it is slower, and the memory is there), that the loss is GRPO's, and that nothing is logged or saved. Each step takes all
prompts. A step begins when a line comes in; the clock runs from there to the end of the optimizer's step.
"""

import json
import os
import sys
import tempfile
import time

import torch
import transformers
import trl
from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer


class Steps(TrainerCallback):
    """Holds the trainer up until a step is asked for, and says what the step took."""

    def __init__(self, answer):
        self.answer, self.start, self.tokens = answer, None, {}

    def on_step_begin(self, *_, **__):
        if not sys.stdin.readline():
            os._exit(0)
        self.start = time.perf_counter()

    def sampled(self, prompts, completions):
        """Told when the answers are there."""
        self.tokens = dict(prompt_tokens=prompts, completion_tokens=completions,
                           generate_s=time.perf_counter() - self.start)

    def on_step_end(self, *_, **__):
        seconds = time.perf_counter() - self.start
        self.answer(dict(seconds=seconds, tok_s=self.tokens["completion_tokens"] / seconds, **self.tokens))


def main():
    directory, dtype, threads, prompts, generations, longest, rate, seed = sys.argv[1:]
    torch.set_num_threads(int(threads))
    # Libraries print to standard output, which is for answers.
    out, sys.stdout = sys.stdout, sys.stderr

    def answer(line):
        print(json.dumps(line), file=out, flush=True)

    with open(prompts) as file:
        tasks = [dict(prompt=json.loads(line)["prompt"]) for line in file]
    rows, longest = len(tasks) * int(generations), int(longest)
    tokenizer = AutoTokenizer.from_pretrained(directory)
    steps = Steps(answer)

    def shorter(prompts, completion_ids, **_):
        """What Apus's `soft_overlong` gives with a cache of one less than the longest answer."""
        steps.sampled(sum(len(ids) for ids in tokenizer(prompts)["input_ids"]), sum(map(len, completion_ids)))
        return [min(0.0, (1 - len(ids)) / (longest - 1)) for ids in completion_ids]

    settings = GRPOConfig(
        output_dir=tempfile.mkdtemp(), use_cpu=True, bf16=dtype == "bf16", gradient_checkpointing=False, seed=int(seed),
        per_device_train_batch_size=rows, num_generations=int(generations), max_completion_length=longest,
        max_steps=1_000_000, beta=0.0, loss_type="grpo", learning_rate=float(rate), lr_scheduler_type="constant",
        temperature=1.0, top_k=0, top_p=1.0, save_strategy="no", logging_steps=1_000_000, report_to=[],
        disable_tqdm=True)
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="sdpa"),
        args=settings, train_dataset=Dataset.from_list(tasks), reward_funcs=shorter, processing_class=tokenizer,
        callbacks=[steps])
    answer(dict(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__,
                threads=torch.get_num_threads()))
    trainer.train()


if __name__ == "__main__":
    main()
