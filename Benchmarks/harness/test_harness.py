"""The harness on made-up numbers: python3 -B Benchmarks/harness/test_harness.py"""

import contextlib
import io
import json
import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import answers, machine, report, rows, store  # noqa: E402
from harness.measure import measure, summary, verdict  # noqa: E402
from harness.programs import ProgramError, last_object  # noqa: E402
from harness.rows import HF32, LLAMA32, MEMORY, SECONDS, TORCH16, TORCH32, Row, Target  # noqa: E402

ROW = Row("r", "generate", "work", "nano", rows=2, new=4, peers=(HF32, LLAMA32),
          targets=(Target((HF32, LLAMA32), 3, 9),))


def entry(ours, hf, llama, others=0.0):
    rates = {ROW.ours.name: ours, HF32.name: hf, LLAMA32.name: llama}
    return dict(load=1.0, sides={name: dict(tok_s=rate, others=others) for name, rate in rates.items()})


class Programmed:
    """Gives rates in turn; a rate of None is a failure."""

    def __init__(self, rates, others=None):
        self.rates, self.others, self.calls = list(rates), list(others or [0] * len(rates)), 0

    def measure(self, row, side):
        self.calls += 1
        rate = self.rates.pop(0)
        if rate is None:
            raise ProgramError("broke")
        return dict(tok_s=rate, others=self.others.pop(0))


class Answers(unittest.TestCase):
    theirs = [dict(tokens=[5, 6, 7], second=[1, 2, 3], lead=[0.5, 1e-5, 0.5])]

    def test_equal_tokens_are_counted(self):
        self.assertEqual(answers.compare([[5, 6, 7]], self.theirs), "3 tokens equal, 3 of them distinct")

    def test_another_token_is_refused_with_its_place(self):
        with self.assertRaisesRegex(ValueError, "prompt 0, token 2: 9, but transformers has 7"):
            answers.compare([[5, 6, 9]], self.theirs)

    def test_the_runner_up_of_a_tie_ends_the_comparison(self):
        self.assertIn("parts at token 1", answers.compare([[5, 2, 9]], self.theirs))
        # A tie does not excuse a third token, nor a clear lead the runner-up.
        for ours in ([5, 4, 7], [1, 6, 7]):
            with self.assertRaises(ValueError):
                answers.compare([ours], self.theirs)

    def test_a_short_or_missing_answer_is_refused(self):
        for ours in ([], [[5, 6]]):
            with self.assertRaises(ValueError):
                answers.compare(ours, self.theirs)

    def test_prompts_lie_in_the_vocabulary_and_differ(self):
        first, second = answers.prompts(512)
        self.assertTrue(all(1 <= token < 512 for token in first + second))
        self.assertNotEqual(first, second)
        self.assertGreater(len(set(first)), 50)


class Summaries(unittest.TestCase):
    def test_the_ratio_is_that_of_medians_against_the_best_peer(self):
        result = summary(ROW, [entry(100, 10, 20), entry(90, 30, 20), entry(80, 10, 25)])
        # Medians 90, 10, 20: llama.cpp is the better; rounds 100/20, 90/20, 80/25.
        target = result["targets"][0]
        self.assertEqual(target["against"], "llama.cpp fp32")
        self.assertEqual(target["ratio"], dict(median=4.5, low=3.2, high=5.0))
        self.assertEqual(verdict(target), "floor reached")

    def test_a_target_without_one_of_its_peers_is_not_judged(self):
        entries = [entry(100, 10, 20), entry(100, 10, 20)]
        del entries[1]["sides"][HF32.name]
        self.assertEqual(summary(ROW, entries)["targets"], [])

    def test_a_scenario_gives_its_own_ratio(self):
        row = rows.against_ourselves("group", "a group", "mini", 4, 8, "generate")
        found = summary(row, [dict(load=1, sides={"apus fp32": dict(
            ratio=ratio, sides=dict(shared=40.0, unshared=10.0), others=0)}) for ratio in (3.0, 4.5, 9.0)])
        self.assertEqual(found["targets"][0]["ratio"], dict(median=4.5, low=3.0, high=9.0))
        self.assertEqual(found["sides"]["shared"]["median"], 40)


    def test_each_of_our_precisions_is_compared_with_each_target(self):
        row = Row("t", "train", "step", "nano", beside=("bf16",), peers=(TORCH32, TORCH16),
                  targets=(Target((TORCH32, TORCH16), 1, 1.5), Target((TORCH32,), 2, 2.8)))
        rates = {"apus fp32": 40, "apus bf16": 60, "torch fp32": 20, "torch bf16": 50}
        found = summary(row, [dict(load=1, sides={
            name: dict(tok_s=rate, others=0, peak_rss_bytes=rate) for name, rate in rates.items()})])
        self.assertEqual(
            [(target["ours"], target["against"], target["ratio"]["median"]) for target in found["targets"]],
            [("apus fp32", "torch bf16", 0.8), ("apus bf16", "torch bf16", 1.2),
             ("apus fp32", "torch fp32", 2.0), ("apus bf16", "torch fp32", 3.0)])
        self.assertEqual(
            [verdict(target) for target in found["targets"]],
            ["below the floor", "floor reached", "floor reached", "aim reached"])
        self.assertEqual(found["peak_rss_bytes"], 40)
        self.assertEqual(found["beside"]["apus bf16"]["peak_rss_bytes"], 60)

    def test_of_seconds_less_is_better_and_the_ratio_says_how_many_times_faster(self):
        row = Row("g", "grpo", "step", "nano", peers=(TORCH32, TORCH16), measure=SECONDS,
                  targets=(Target((TORCH32, TORCH16), 3, 6),))
        sides = {"apus fp32": 0.5, "torch fp32": 2.0, "torch bf16": 4.0}
        target, = summary(row, [dict(load=1, sides={
            name: dict(seconds=seconds, others=0) for name, seconds in sides.items()})])["targets"]
        self.assertEqual((target["against"], target["ratio"]["median"]), ("torch fp32", 4.0))
        self.assertEqual(verdict(target), "floor reached")

    def test_of_memory_the_ratio_is_our_share_and_must_stay_below(self):
        row = Row("m", "train", "memory", "small", peers=(TORCH32,), measure=MEMORY,
                  targets=(Target((TORCH32,), 0.5, 0.3),))

        def judged(ours):
            target, = summary(row, [dict(load=1, sides={
                "apus fp32": dict(peak_rss_bytes=ours, others=0),
                "torch fp32": dict(peak_rss_bytes=100, others=0)})])["targets"]
            return target["ratio"]["median"], verdict(target)

        self.assertEqual(judged(30), (0.3, "aim reached"))
        self.assertEqual(judged(40), (0.4, "limit kept"))
        self.assertEqual(judged(60), (0.6, "above the limit"))


class Rounds(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        quiet = mock.patch.object(machine, "wait_until_quiet", lambda limit: 0.0)
        quiet.start()
        self.addCleanup(quiet.stop)

    def open(self, build="b"):
        return store.Store(os.path.join(self.folder.name, "m.jsonl"), build, "cpu")

    def run_row(self, drivers, count=3, build="b"):
        with contextlib.redirect_stdout(io.StringIO()):
            return measure(ROW, drivers, self.open(build), count)

    def test_a_disturbed_round_is_done_again(self):
        ours = Programmed([1, 2, 3, 4], others=[0, 0.5, 0, 0])
        self.assertEqual(
            [found["sides"]["apus fp32"]["tok_s"] for found in self.run_row({ROW.ours: ours})], [1, 3, 4])

    def test_a_machine_that_is_never_quiet_ends_the_row_anyway(self):
        ours = Programmed(range(1, 9), others=[0.5, 0.4, 0.9, 0.3, 0.9, 0.9, 0.9, 0.9])
        kept = self.run_row({ROW.ours: ours})
        self.assertEqual([found["sides"]["apus fp32"]["others"] for found in kept], [0.3, 0.4, 0.5])
        self.assertEqual(ours.calls, 6)

    def test_an_interrupted_row_goes_on_where_it_was(self):
        first = Programmed([1, 2, None])
        with self.assertRaises(ProgramError):
            self.run_row({ROW.ours: first})
        with open(self.open().path, "a") as file:
            file.write('{"build": "b", "torn')
        second = Programmed([3])
        self.assertEqual(len(self.run_row({ROW.ours: second})), 3)
        self.assertEqual(second.calls, 1)
        self.assertEqual(len(self.open().find(kind="round")), 3)

    def test_another_build_starts_anew_and_forget_forgets(self):
        self.run_row({ROW.ours: Programmed([1, 2, 3])})
        other = Programmed([1, 2, 3])
        self.run_row({ROW.ours: other}, build="c")
        self.assertEqual(other.calls, 3)
        self.open().forget("r")
        self.assertEqual(self.open().find(kind="round"), [])
        self.assertEqual(len(self.open("c").find(kind="round")), 3)

    def test_memory_does_not_depend_on_who_else_is_busy(self):
        ours = Programmed([1, 2], others=[0.5, 0.5])
        row = Row("r", "train", "memory", "small", measure=MEMORY)
        with contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(len(measure(row, {row.ours: ours}, self.open(), 1)), 1)
        self.assertEqual(ours.calls, 1)

    def test_our_second_precision_ends_the_row_when_it_breaks(self):
        row = Row("r", "train", "step", "nano", beside=("bf16",))
        drivers = {row.own[0]: Programmed([1]), row.own[1]: Programmed([None])}
        with self.assertRaises(ProgramError), contextlib.redirect_stdout(io.StringIO()):
            measure(row, drivers, self.open(), 1)

    def test_a_peer_that_breaks_is_left_out_and_turns_alternate(self):
        order = []

        class Noting(Programmed):
            def measure(self, row, side):
                order.append(side.program)
                return super().measure(row, side)

        drivers = {ROW.ours: Noting([1, 2, 3]), HF32: Noting([1, None]), LLAMA32: Noting([1, 2, 3])}
        kept = self.run_row(drivers)
        self.assertEqual(order[:6], [
            "apus", "transformers", "llama.cpp", "llama.cpp", "transformers", "apus"])
        self.assertEqual(len(kept), 3)
        self.assertNotIn(HF32, drivers)


class Reports(unittest.TestCase):
    def result(self, ours=100.0, peer=10.0, memory=1000):
        found = summary(ROW, [entry(ours, peer, peer)] * 5)
        return dict(found, peak_rss_bytes=memory, build="abc", answers="128 tokens equal")

    def test_a_run_within_the_margin_passes_and_one_beyond_it_is_named(self):
        old = self.result()
        self.assertEqual(report.check(ROW, self.result(91, 10, 1040), old, report.MARGIN), [])
        worse = report.check(ROW, self.result(80, 10, 1100), old, report.MARGIN)
        self.assertEqual(len(worse), 3)
        self.assertIn("apus fp32 80.0 tokens/s, baseline 100 tokens/s less 15%", worse[0])
        self.assertIn("apus fp32 against transformers fp32 8.00×, baseline 10.00×", worse[1])

    def test_more_seconds_and_more_memory_are_worse(self):
        row = Row("m", "train", "memory", "small", peers=(TORCH32,), measure=MEMORY,
                  targets=(Target((TORCH32,), 0.5, 0.3),))

        def result(ours, key="peak_rss_bytes", row=row):
            return summary(row, [dict(load=1, sides={
                "apus fp32": {key: ours, "others": 0}, "torch fp32": {key: 4 * 2**30, "others": 0}})])

        self.assertEqual(report.check(row, result(2**30), result(2**30), report.MARGIN), [])
        self.assertEqual(report.check(row, result(2**29), result(2**30), report.MARGIN), [])
        worse = report.check(row, result(1.2 * 2**30), result(2**30), report.MARGIN)
        self.assertIn("1.20 GiB, baseline 1.00 GiB more 5%", worse[0])
        self.assertIn("0.30×, baseline 0.25× more 10%", worse[1])
        seconds = Row("g", "grpo", "step", "nano", peers=(TORCH32,), measure=SECONDS,
                      targets=(Target((TORCH32,), 3, 6),))
        slower = report.check(
            seconds, result(1.5, "seconds", seconds), result(1.0, "seconds", seconds), report.MARGIN)
        self.assertEqual(len(slower), 2)
        self.assertIn("1.50 s, baseline 1.00 s more 15%", slower[0])

    def test_the_page_keeps_what_is_written_by_hand_and_rows_not_measured_now(self):
        known = rows.ROWS[0]
        record = dict(description="a machine", versions=dict(torch="2"), rows={known.name: self.result()})
        baselines = dict(margin=report.MARGIN, machines={"cpu": record})
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "RESULTS.md")
            report.write_page(path, baselines)
            with open(path, "a") as file:
                file.write("A floor was missed because.\n")
            report.write_page(path, baselines)
            with open(path) as file:
                page = file.read()
        self.assertTrue(page.endswith("A floor was missed because.\n"))
        self.assertEqual(page.count(report.MARKER), 1)
        self.assertIn("**10.00×**", page)
        self.assertIn("make bench ONLY=nano-64x256", page)
        json.dumps(report.rounded(baselines))


    def test_the_page_shows_seconds_and_memory_with_their_units_and_what_a_step_consisted_of(self):
        memory, = rows.select(["train-memory-small-8x1024"])
        step, = rows.select(["grpo-nano-256"])
        found = {
            memory.name: summary(memory, [dict(load=1, sides={
                side.name: dict(peak_rss_bytes=3 * 2**30, others=0) for side in memory.sides})]),
            step.name: summary(step, [dict(load=1, sides={
                side.name: dict(seconds=2.5, others=0, share_of_roofline=0.5) for side in step.sides})]),
        }
        found[step.name].update(table=[dict(program="apus fp32", completion_tokens=12600)], note="unequal work: 1 and 2")
        record = dict(description="a machine", versions={}, rows={
            name: dict(result, build="abc") for name, result in found.items()})
        page = report.page(dict(machines={"cpu": record}), "")
        self.assertIn("fp32, checkpointing 3.00 (3.00–3.00) GiB | torch fp32 3.00 (3.00–3.00) GiB | **1.00×**", page)
        self.assertIn("above the limit", page)
        self.assertIn("bf16 2.50 (2.50–2.50) s | trl fp32 2.50", page)
        self.assertIn("| apus fp32 | 12,600 |", page)
        self.assertIn("unequal work: 1 and 2.", page)
        self.assertIn("apus bf16: 50% of the roofline", page)


class Inputs(unittest.TestCase):
    def test_a_group_or_a_name_selects_and_another_word_is_refused(self):
        self.assertEqual({row.group for row in rows.select(["train", "grpo"])}, {"train", "grpo"})
        self.assertEqual([row.name for row in rows.select(["grpo"])], ["grpo-nano-256", "grpo-nano-1024", "grpo-mini-256"])
        self.assertEqual([row.name for row in rows.select(["long"])], ["long"])
        self.assertEqual(len(rows.select([])), len(rows.ROWS))
        with self.assertRaisesRegex(SystemExit, "no row or group `nano`"):
            rows.select(["nano"])

    def test_the_last_json_line_counts(self):
        self.assertEqual(last_object('{"a": 1}\nnote\n{"a": 2}\n', "x"), {"a": 2})
        for text in ("", "no json", "{broken"):
            with self.assertRaises(ProgramError):
                last_object(text, "x")

    def test_nothing_that_steers_kernels_reaches_a_program(self):
        with mock.patch.dict(os.environ, OPENBLAS_CORETYPE="Haswell", OMP_NUM_THREADS="1", HOME="/h"):
            kept = machine.clean_environment()
        self.assertNotIn("OPENBLAS_CORETYPE", kept)
        self.assertNotIn("OMP_NUM_THREADS", kept)
        self.assertEqual(kept["HOME"], "/h")


if __name__ == "__main__":
    unittest.main()
