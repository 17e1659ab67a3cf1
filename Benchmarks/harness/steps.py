"""Whole steps of GRPO: the same model, prompts and reward for Apus and for TRL.

A step samples answers to all prompts, scores them, and updates the weights once. Answers end at random, so no two
programs sample the same number of tokens: seconds are compared, tokens are counted beside them.
"""

import json
import os
import random
import statistics
import tempfile

from .programs import ProgramError, Worker, last_object, run
from .rows import RECIPE_PRECISIONS, THREADS

GENERATIONS = 8
LEARNING_RATE = 1e-6
# Of all rounds together. Where means are further apart, the two programs did not do the same work.
TOKENS_APART = 0.15


def write_prompts(folder, count):
    """Every step takes all of them, so that steps differ by their answers only."""
    return write_tasks(os.path.join(folder, "prompts.jsonl"), [
        f"What is {first} plus {99 - first}? Think first." for first in range(12, 12 + count)])


def write_tasks(path, prompts):
    with open(path, "w") as file:
        for prompt in prompts:
            file.write(json.dumps(dict(prompt=prompt, answer="99")) + "\n")
    return path


def recipe(row, dtype, model, folder, seed):
    """The reward falls with an answer's length, which even random answers differ in; whether they are right counts for
    nothing. One held-out prompt is the least there can be; evaluations are no part of a step's time."""
    data = write_prompts(folder, row.rows)
    held_out = write_tasks(os.path.join(folder, "held-out.jsonl"), ["What is 1 plus 98? Think first."])
    made = dict(
        name="bench", seed=seed, model=dict(path=model),
        data=dict(
            train=dict(path=data, verifier="text"), held_out=dict(path=held_out, count=1), prompt_template="{prompt}"),
        rollout=dict(
            num_prompts=row.rows, num_generations=GENERATIONS, max_completion_length=row.new, temperature=1.0, top_k=0,
            top_p=1.0),
        reward=dict(terms=[
            dict(name="correctness", weight=0), dict(name="soft_overlong", cache=row.new - 1, weight=1)]),
        algorithm=dict(name="grpo", beta=0),
        optimizer=dict(learning_rate=LEARNING_RATE, weight_decay=0),
        stages=[dict(kind="rl", steps=1 + row.repeats)],
        evaluation=dict(every=0, samples=0, keep_best=False),
        compute=dict(threads=THREADS),
        output=dict(dir=os.path.join(folder, "run"), checkpoint_every=1000, sample_every=0),
    )
    for section, keys in RECIPE_PRECISIONS[dtype].items():
        made[section].update(keys)
    return made


def step_of(line, answers):
    """A line of metrics.jsonl, in the words of the peer's worker."""
    completion = round(line["completions/mean_length"] * answers)
    return dict(
        seconds=line["step_time"], completion_tokens=completion, generate_s=line["time/generate_seconds"],
        train_s=line["time/train_seconds"], tok_s=completion / line["step_time"], num_tokens=line["num_tokens"],
        peak_rss_bytes=line["memory/peak_mib"] * 2**20)


def mean(answers):
    return {key: statistics.fmean(answer[key] for answer in answers) for key in answers[0]}


class Training:
    """`apus train` as anybody runs it, in a new process each time; the first step does not count."""

    def __init__(self, binary, model):
        self.binary, self.model = binary, model

    def measure(self, row, side):
        with tempfile.TemporaryDirectory(prefix="apus-bench-") as folder:
            # JSON is YAML.
            path, seed = os.path.join(folder, "recipe.yaml"), random.SystemRandom().randrange(1, 10**6)
            with open(path, "w") as file:
                json.dump(recipe(row, side.dtype, self.model, folder, seed), file)
            _, others = run([self.binary, "train", path, "--quiet"], "apus")
            with open(os.path.join(folder, "run", "metrics.jsonl")) as file:
                lines = [line for line in map(json.loads, file) if line["kind"] == "rl"]
        if len(lines) != 1 + row.repeats:
            raise ProgramError(f"apus: {len(lines)} steps in metrics.jsonl, expected {1 + row.repeats}")
        steps = [step_of(line, row.rows * GENERATIONS) for line in lines]
        for before, step in zip(steps, steps[1:]):
            step["prompt_tokens"] = step["num_tokens"] - before["num_tokens"] - step["completion_tokens"]
        for step in steps:
            del step["num_tokens"]
        return dict(mean(steps[1:]), seed=seed, others=others)


class TRL(Worker):
    """One process for all rounds, held up between steps."""

    def __init__(self, python, script, model, dtype, row):
        self.folder = tempfile.TemporaryDirectory(prefix="apus-bench-")
        self.seed = random.SystemRandom().randrange(1, 10**6)
        prompts = write_prompts(self.folder.name, row.rows)
        super().__init__(
            "trl", python, script, model, dtype, str(THREADS), prompts, str(GENERATIONS), str(row.new),
            str(LEARNING_RATE), str(self.seed))

    def measure(self, row, side):
        if not self.warm:
            self.ask()
            self.warm = True
        answers, others = self.timed(row.repeats)
        return dict(mean(answers), seed=self.seed, others=others)

    def close(self):
        super().close()
        self.folder.cleanup()


def work_done(row, entries):
    """What a step consisted of, by side, and a remark where the sides did not do the same.

    Raises ProgramError where prompts differ in tokens: then models or tokenizers do."""
    table, tokens = [], {}
    for side in row.sides:
        samples = [entry["sides"][side.name] for entry in entries if side.name in entry["sides"]]
        if not samples:
            continue
        found = mean([{key: sample[key] for key in ("prompt_tokens", "completion_tokens", "seconds", "generate_s")}
                      for sample in samples])
        tokens[side.name] = found["completion_tokens"]
        table.append(dict(
            program=side.name, seconds=found["seconds"], of_them_sampling=found["generate_s"],
            prompt_tokens=round(found["prompt_tokens"]), completion_tokens=round(found["completion_tokens"]),
            completion_tokens_per_second=found["completion_tokens"] / found["seconds"]))
    prompted = {line["program"]: line["prompt_tokens"] for line in table}
    if len(set(prompted.values())) > 1:
        raise ProgramError(f"prompts are not the same tokens everywhere: {prompted}")
    result = dict(table=table)
    if tokens and max(tokens.values()) > min(tokens.values()) * (1 + TOKENS_APART):
        said = ", ".join(f"{name} {count:,.0f}" for name, count in tokens.items())
        result["note"] = f"unequal work: completion tokens a step, mean of all rounds: {said}"
    return result
