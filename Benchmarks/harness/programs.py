"""Starts the programs that are timed and reads what they say. Every program gives new tokens per second, where the
seconds run from the prompts' first token to the outputs' last."""

import contextlib
import json
import os
import resource
import subprocess
import tempfile
import time

from . import machine
from .rows import PRECISIONS, PROMPT, THREADS, TRAIN_PRECISIONS

# Beyond this, something is stuck, not slow.
TIME_LIMIT = 1800


class ProgramError(Exception):
    pass


def run(command, what):
    """Standard output, and the share of the machine that others took meanwhile."""
    own, before = resource.getrusage(resource.RUSAGE_CHILDREN), machine.busy_and_total()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=machine.clean_environment(), timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        raise ProgramError(f"{what}: not done after {TIME_LIMIT} s: {' '.join(command)}") from None
    except OSError as error:
        raise ProgramError(f"{what}: {error}") from None
    if done.returncode != 0:
        tail = "\n    ".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise ProgramError(f"{what}: ended with {done.returncode}: {' '.join(command)}\n    {tail}")
    now, after = resource.getrusage(resource.RUSAGE_CHILDREN), machine.busy_and_total()
    spent = now.ru_utime + now.ru_stime - own.ru_utime - own.ru_stime
    return done.stdout, others_share(before, after, spent)


def others_share(before, after, own_seconds):
    return max(0.0, after[0] - before[0] - own_seconds) / max(after[1] - before[1], 0.01)


def last_object(text, what):
    """The last line that is a JSON object: programs may say other things before it."""
    for line in reversed(text.splitlines()):
        if line.startswith("{"):
            try:
                return json.loads(line)
            except ValueError as error:
                raise ProgramError(f"{what}: its JSON line cannot be read: {error}") from None
    raise ProgramError(f"{what}: no JSON object in its output")


class Apus:
    def __init__(self, binary, model, helper=None, cases=None):
        self.binary, self.model, self.helper, self.cases = binary, model, helper, cases

    def command(self, row, side):
        if row.command:
            # Training on long sequences needs more positions than the models have that other programs share.
            model = ["--shape", row.model] if row.group == "train" else ["--model", self.model] if row.model else []
            peer = ["--peer", self.helper] if self.helper else []
            cases = [self.cases] if self.cases else []
            return ["bench", *row.command, *cases, *model, *peer, "--json", "--threads", str(THREADS)]
        if row.group == "train":
            return ["bench", "train", "--model", self.model, "--sequences", str(row.rows), "--length", str(row.new),
                    *TRAIN_PRECISIONS[side.dtype], "--repeats", str(row.repeats), "--threads", str(THREADS), "--json"]
        return ["bench", "generate", "--model", self.model, "--rows", str(row.rows), "--prompt", str(PROMPT),
                "--new", str(row.new), *PRECISIONS[side.dtype], "--repeats", str(row.repeats),
                "--threads", str(THREADS), "--json"]

    def measure(self, row, side):
        command = self.command(row, side)
        output, others = run([self.binary, *command], "apus")
        answer = last_object(output, "apus")
        needed = row.measure.key if row.peers or not row.command else "ratio" if row.targets else "table"
        if needed not in answer:
            raise ProgramError(f"apus: no `{needed}` in the JSON of `apus {' '.join(command)}`")
        return dict(answer, others=others)

    def greedy(self, prompts, new, dtype, folder):
        path = os.path.join(folder, "prompts.json")
        with open(path, "w") as file:
            json.dump(prompts, file)
        output, _ = run(
            [self.binary, "bench", "generate", "--model", self.model, "--prompt-ids", path, "--new", str(new),
             "--weight-dtype", dtype, "--greedy", "--print-tokens", "--json", "--threads", str(THREADS)], "apus")
        answer = last_object(output, "apus")
        if "tokens" not in answer:
            raise ProgramError("apus: no `tokens` in the JSON of `apus bench generate --greedy --print-tokens`")
        return answer["tokens"]


class Llama:
    def __init__(self, programs, model):
        self.programs, self.model = programs, model

    def measure(self, row, side):
        if row.rows == 1:
            output, others = run(
                [os.path.join(self.programs, "llama-bench"), "-m", self.model, "-p", "0", "-n", "0",
                 "-pg", f"{PROMPT},{row.new}", "-t", str(THREADS), "-r", "1", "-o", "json"], "llama-bench")
            seconds = json.loads(output)[0]["avg_ns"] / 1e9
            return dict(tok_s=row.new / seconds, seconds=seconds, others=others)
        # Each sequence has its own stretch of the cache, in pages of 256.
        context = row.rows * -(-(PROMPT + row.new) // 256) * 256
        output, others = run(
            [os.path.join(self.programs, "llama-batched-bench"), "-m", self.model, "-c", str(context),
             "-npp", str(PROMPT), "-ntg", str(row.new), "-npl", str(row.rows), "-t", str(THREADS),
             "-tb", str(THREADS), "--output-format", "jsonl"], "llama-batched-bench")
        answer = last_object(output, "llama-batched-bench")
        return dict(
            tok_s=row.rows * row.new / answer["t"], seconds=answer["t"], decode_tok_s=answer["speed_tg"],
            others=others)


class Worker:
    """A Python process that answers a line of JSON with another: loading torch takes longer than most rows."""

    def __init__(self, what, *command):
        self.what = what
        # Warnings of libraries come here too; the last lines are shown where a worker ends on its own.
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env=machine.clean_environment())
        self.warm = False
        try:
            self.versions = self.read()
        except ProgramError:
            self.close()
            raise

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self.errors.seek(0)
            tail = "\n    ".join(self.errors.read().decode(errors="replace").strip().splitlines()[-3:])
            raise ProgramError(f"{self.what}: the worker ended with {code}\n    {tail}")
        answer = json.loads(line)
        if "error" in answer:
            raise ProgramError(f"{self.what}: {answer['error']}")
        return answer

    def ask(self, **request):
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass  # it has ended, and reading says with what
        return self.read()

    def timed(self, count, **request):
        """Some answers to the same request, and the share of the machine that others took meanwhile."""
        own, before = machine.processor_seconds(self.process.pid), machine.busy_and_total()
        answers = [self.ask(**request) for _ in range(count)]
        spent = machine.processor_seconds(self.process.pid) - own
        others = others_share(before, machine.busy_and_total(), spent)
        # Its threads spin a while after their work; what they spin into the next program's time is not that one's.
        time.sleep(0.5)
        return answers, others

    def close(self):
        with contextlib.suppress(OSError):  # what it can no longer read
            self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.errors.close()


class Transformers(Worker):
    def __init__(self, python, script, model, dtype):
        super().__init__("transformers", python, script, model, dtype, str(THREADS))

    def measure(self, row, side):
        if row.group == "train":
            request = dict(job="train", sequences=row.rows, length=row.new)
        else:
            request = dict(job="generate", rows=row.rows, prompt=PROMPT, new=row.new)
        if not self.warm:
            self.ask(**(request if row.group == "train" else dict(request, new=8)))
            self.warm = True
        answers, others = self.timed(row.repeats, **request)
        return dict(sorted(answers, key=lambda answer: answer["seconds"])[len(answers) // 2], others=others)


class MathVerify(Worker):
    """One process and one thread; it judges every case once a round."""

    def __init__(self, python, script, cases):
        super().__init__("math-verify", python, script)
        self.cases = cases

    def measure(self, row, side):
        (answer,), others = self.timed(1, cases=self.cases)
        return dict(answer, others=others)


class Afresh:
    """A worker of its own for every measurement, because the most memory that a process had never falls again."""

    def __init__(self, make):
        self.make = make

    def measure(self, row, side):
        worker = self.make()
        try:
            (answer,), others = worker.timed(1, job="train", sequences=row.rows, length=row.new)
        finally:
            worker.close()
        return dict(answer, others=others)
