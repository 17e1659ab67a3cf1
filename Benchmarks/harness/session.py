"""One run of the benchmarks: what is set up so far, and a row from its set-up to its summary."""

import os
from contextlib import contextmanager

from . import answers, machine, steps
from .measure import measure, summary
from .programs import Afresh, Apus, Llama, MathVerify, ProgramError, Transformers, Worker
from .rows import THREADS
from .setup import LLAMA_PACKAGE, Peers, SetupError, verifier_cases
from .store import Store, build_of


class Session:
    def __init__(self, here, root, folder, binary):
        """`binary` is None where only the peers are timed."""
        self.root = root
        self.scripts = os.path.join(here, "peers")
        self.peers = Peers(folder, self.scripts)
        self.binary = binary
        self.build = build_of(root, binary) if binary else "peers"
        self.machine = f"{machine.cpu_name()}, {THREADS} threads"
        self.store = Store(os.path.join(folder, "measurements.jsonl"), self.build, self.machine)
        self.versions = {}
        self.python = None
        self.problems = []

    def row(self, row, rounds, again):
        """Checks answers, times rounds in turn, and returns the summary; what the store has is not done again."""
        model = None
        if row.model:
            self.python = self.python or self.peers.python()
            model = (self.peers.policy if row.group == "grpo" else self.peers.model)(row.model, self.python)
        if again:
            self.store.forget(row.name)
        available = machine.available_gib()
        if available < row.needs_gib:
            raise ProgramError(f"needs {row.needs_gib:g} GiB of free memory, but {available:.1f} are available")
        checked = self.checked(row, model) if self.binary and row.compares_answers else ""
        with self.drivers(row, model) as drivers:
            entries = measure(row, drivers, self.store, rounds)
        result = summary(row, entries)
        if row.group == "grpo":
            result.update(steps.work_done(row, entries))
        return dict(result, answers=checked, build=self.build) if checked else dict(result, build=self.build)

    @contextmanager
    def drivers(self, row, model):
        """What measures each side of `row`; a peer that cannot be set up is left out, and is a problem of the run."""
        drivers, workers = {}, []
        cases = verifier_cases(self.root) if row.needs_cases else None
        if self.binary:
            helper = self.peers.compiled(*row.helper) if row.helper else None
            own = steps.Training(self.binary, model) if row.group == "grpo" else Apus(self.binary, model, helper, cases)
            drivers.update((side, own) for side in row.own)
        try:
            for side in (*row.peers, *row.also):
                try:
                    drivers[side] = self.peer(side, row, model)
                except (SetupError, ProgramError) as error:
                    self.problems.append(f"{row.name}: without {side.name}: {error}")
                    print(f"    left out: {error}", flush=True)
                    continue
                if isinstance(drivers[side], Worker):
                    workers.append(drivers[side])
            yield drivers
        finally:
            for worker in workers:
                worker.close()

    def peer(self, side, row, model):
        if side.program == "math-verify":
            worker = MathVerify(
                self.peers.math_verify(), os.path.join(self.scripts, "math_verify_worker.py"), verifier_cases(self.root))
            self.versions.update(worker.versions)
            return worker
        if side.program == "llama.cpp":
            programs = self.peers.llama()
            self.versions["llama.cpp"] = "of " + LLAMA_PACKAGE
            return Llama(programs, self.peers.gguf(row.model, side.dtype, self.python))
        if side.program == "trl":
            self.peers.need_trl(self.python)
            worker = steps.TRL(self.python, os.path.join(self.scripts, "trl_worker.py"), model, side.dtype, row)
            self.versions["trl"] = worker.versions["trl"]
            return worker
        # Whoever trains with torch in bf16 has it cast what is multiplied, and keeps fp32 weights.
        dtype = "bf16-autocast" if side.program == "torch" and side.dtype == "bf16" else side.dtype
        if row.measure.is_saving:
            return Afresh(lambda: self.worker(model, dtype))
        return self.worker(model, dtype)

    def worker(self, model, dtype):
        worker = Transformers(self.python, os.path.join(self.scripts, "transformers_worker.py"), model, dtype)
        self.versions.update({name: worker.versions[name] for name in ("torch", "transformers")})
        return worker

    def checked(self, row, model):
        known = self.store.find(kind="answers", model=row.model, dtype=row.checked_dtype)
        if known:
            return known[-1]["text"]
        # Weights that Apus keeps in bf16 are rounded there too; the arithmetic is fp32 on both sides.
        worker = self.worker(model, "fp32" if row.checked_dtype == "fp32" else f"{row.checked_dtype}-weights")
        try:
            asked = answers.prompts(worker.versions["vocabulary"])
            theirs = worker.ask(job="greedy", prompts=asked, new=answers.NEW)["answers"]
        finally:
            worker.close()
        ours = Apus(self.binary, model).greedy(asked, answers.NEW, row.checked_dtype, self.peers.folder)
        try:
            text = answers.compare(ours, theirs)
        except ValueError as error:
            raise ProgramError(f"greedy answers differ from those of transformers: {error}") from None
        self.store.append(kind="answers", model=row.model, dtype=row.checked_dtype, text=text)
        print(f"    answers: {text}", flush=True)
        return text
