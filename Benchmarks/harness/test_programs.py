"""How programs are started and read, on made-up ones: python3 -B Benchmarks/harness/test_programs.py"""

import json
import os
import sys
import tempfile
import unittest
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from harness import rows, steps  # noqa: E402
from harness.measure import measure, summary  # noqa: E402
from harness.programs import Afresh, Apus, MathVerify, ProgramError, Worker  # noqa: E402
from harness.rows import MATH_VERIFY, SECONDS, TORCH32, Row, Side, select  # noqa: E402
from harness.setup import SetupError, verifier_cases  # noqa: E402
from harness.store import Store  # noqa: E402


class Verifiers(unittest.TestCase):
    def test_the_program_is_asked_for_the_cases_and_for_one_rate(self):
        row, long, first = select(["verifiers"])
        self.assertEqual(
            Apus("apus", None, cases="/c.jsonl").command(row, row.ours)[:3], ["bench", "verifiers", "/c.jsonl"])
        self.assertEqual(Apus("apus", None).command(long, long.ours)[:4], ["bench", "verifiers", "--scenario", "long"])
        self.assertEqual(first.command[-1], "first-row")
        self.assertFalse(long.needs_cases or first.needs_cases)

    def test_both_judge_the_same_file_and_the_ratio_is_of_their_rates(self):
        row = select(["verifiers-cases"])[0]
        script = (
            "import json, sys\n"
            "print(json.dumps({'math-verify': '0'}), flush=True)\n"
            "for line in sys.stdin:\n"
            "    assert json.loads(line)['cases'] == '/c.jsonl'\n"
            "    print(json.dumps(dict(verdicts_s=100.0, correct=3)), flush=True)\n")

        class Ours:
            def measure(self, row, side):
                return dict(verdicts_s=30_000.0, correct=3, others=0)

        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "worker.py")
            with open(path, "w") as file:
                file.write(script)
            worker = MathVerify(sys.executable, path, "/c.jsonl")
            store = Store(os.path.join(folder, "m.jsonl"), "build", "machine")
            with mock.patch("harness.machine.wait_until_quiet", return_value=0.0), \
                    mock.patch("harness.measure.disturbance", return_value=0.0):
                entries = measure(row, {row.ours: Ours(), MATH_VERIFY: worker}, store, 2)
            worker.close()
        (target,) = summary(row, entries)["targets"]
        self.assertEqual((target["ratio"]["median"], target["floor"], target["against"]), (300, 200, "math-verify"))

    def test_a_file_of_cases_that_is_not_there_is_named(self):
        with mock.patch.dict(os.environ, APUS_VERIFIER_CASES="/no/cases.jsonl"):
            with self.assertRaisesRegex(SetupError, "/no/cases.jsonl: there is no such file"):
                verifier_cases("/")


class GRPO(unittest.TestCase):
    row = Row("g", "grpo", "step", "nano", rows=2, new=64, beside=("bf16",), peers=(TORCH32,), measure=SECONDS)

    def work(self, ours, rounded, peer, prompts=10):
        def side(tokens, prompts=10):
            return dict(seconds=2.0, generate_s=1.0, prompt_tokens=prompts, completion_tokens=tokens, others=0)

        return steps.work_done(self.row, [dict(sides={
            "apus fp32": side(mine), "apus bf16": side(second), "torch fp32": side(other, prompts)})
            for mine, second, other in zip(ours, rounded, peer)])

    def test_tokens_stand_beside_the_seconds_as_means_of_all_rounds(self):
        found = self.work([100, 140], [130, 120], [110, 150])
        self.assertEqual([line["completion_tokens"] for line in found["table"]], [120, 125, 130])
        self.assertEqual(found["table"][0]["completion_tokens_per_second"], 60)
        self.assertNotIn("note", found)

    def test_unequal_work_is_said(self):
        self.assertIn("torch fp32 120", self.work([100], [100], [120])["note"])

    def test_prompts_of_other_tokens_are_refused(self):
        with self.assertRaisesRegex(ProgramError, "not the same tokens"):
            self.work([100], [100], [100], prompts=11)

    def test_the_recipe_asks_for_what_the_row_says(self):
        with tempfile.TemporaryDirectory() as folder:
            exact, rounded = (steps.recipe(self.row, dtype, "/m", folder, 7) for dtype in ("fp32", "bf16"))
            with open(exact["data"]["train"]["path"]) as file:
                prompts = [json.loads(line)["prompt"] for line in file]
            with open(exact["data"]["held_out"]["path"]) as file:
                self.assertNotIn(json.loads(file.read())["prompt"], prompts)
        self.assertEqual(len(set(prompts)), 2)
        self.assertEqual((exact["rollout"]["num_prompts"], exact["rollout"]["num_generations"]), (2, 8))
        self.assertEqual(exact["rollout"]["max_completion_length"], 64)
        # A reward that falls by the same with every token: from 0 at the first to −1 at the last.
        self.assertEqual(exact["reward"]["terms"][1], dict(name="soft_overlong", cache=63, weight=1))
        self.assertEqual(exact["stages"], [dict(kind="rl", steps=2)])
        self.assertEqual(rounded["compute"]["matmul_dtype"], "bf16")
        self.assertEqual({rounded["rollout"][key] for key in ("weight_dtype", "activation_dtype", "kv_dtype")}, {"bf16"})
        self.assertNotIn("kv_dtype", exact["rollout"])

    def test_steps_are_read_from_metrics_and_the_first_does_not_count(self):
        row = Row("g", "grpo", "step", "nano", rows=2, new=64, repeats=2, measure=SECONDS)

        def metric(number, seconds, kind="rl"):
            return {"kind": kind, "step_time": seconds, "completions/mean_length": 50.0, "time/generate_seconds": 0.5,
                    "time/train_seconds": 0.25, "memory/peak_mib": 80.0, "num_tokens": 1000 * number}

        def train(command, what):
            with open(command[2]) as file:
                folder = json.load(file)["output"]["dir"]
            os.makedirs(folder)
            with open(os.path.join(folder, "metrics.jsonl"), "w") as file:
                for line in (metric(0, 3, "evaluation"), metric(1, 9), metric(2, 1), metric(3, 2)):
                    file.write(json.dumps(line) + "\n")
            return "", 0.0

        with mock.patch.object(steps, "run", train):
            found = steps.Training("apus", "/m").measure(row, row.ours)
        # 1.5 s is the mean of 1 and 2; 16 answers of 50 tokens are 800, so that of 1,000 tokens 200 are prompts.
        self.assertEqual((found["seconds"], found["completion_tokens"], found["prompt_tokens"]), (1.5, 800, 200))

    def test_a_run_with_a_step_too_few_is_refused(self):
        def train(command, what):
            with open(command[2]) as file:
                folder = json.load(file)["output"]["dir"]
            os.makedirs(folder)
            open(os.path.join(folder, "metrics.jsonl"), "w").close()
            return "", 0.0

        with mock.patch.object(steps, "run", train), self.assertRaisesRegex(ProgramError, "0 steps"):
            steps.Training("apus", "/m").measure(self.row, self.row.ours)


class Workers(unittest.TestCase):
    def worker(self, script):
        return Worker("a worker", sys.executable, "-c", script)

    def test_a_worker_answers_line_by_line_until_it_is_closed(self):
        worker = self.worker("import sys; print('{\"ready\": 1}', flush=True)\n"
                             "for line in sys.stdin: print(line.strip(), flush=True)")
        with mock.patch("time.sleep"):
            self.assertEqual(worker.timed(2, a=1)[0], [dict(a=1), dict(a=1)])
        worker.close()
        self.assertEqual(worker.process.returncode, 0)

    def test_the_last_words_of_one_that_ends_are_shown(self):
        with self.assertRaisesRegex(ProgramError, "ended with 3\n.*no such model"):
            self.worker("import sys; sys.stderr.write('no such model\\n'); sys.exit(3)")
        worker = self.worker("print('{}', flush=True); import sys; sys.stdin.readline(); sys.exit('gave up')")
        with self.assertRaisesRegex(ProgramError, "gave up"):
            worker.ask()
        worker.close()

    def test_memory_is_measured_in_a_process_of_its_own(self):
        made = []

        class Once:
            def __init__(self):
                self.closed = False
                made.append(self)

            def timed(self, count, **request):
                return [dict(request, peak_rss_bytes=5)], 0.0

            def close(self):
                self.closed = True

        driver = Afresh(Once)
        for _ in range(2):
            found = driver.measure(Row("m", "train", "memory", "small", rows=8, new=1024), TORCH32)
        self.assertEqual((found["sequences"], found["length"], found["peak_rss_bytes"]), (8, 1024, 5))
        self.assertEqual([worker.closed for worker in made], [True, True])


class Commands(unittest.TestCase):
    def command(self, name, dtype="fp32"):
        row, = rows.select([name])
        return " ".join(Apus("apus", "/m").command(row, Side("apus", dtype)))

    def test_each_side_asks_for_its_precision(self):
        self.assertIn("--length 256 --dtype fp32 --repeats 5", self.command("train-nano-16x256"))
        self.assertIn("--dtype bf16 --repeats", self.command("train-nano-16x256", "bf16"))
        self.assertIn("--dtype fp32 --checkpointing", self.command("train-memory-small-8x1024", rows.CHECKPOINTING))
        self.assertIn("--weight-dtype fp32 --kv-dtype bf16", self.command("nano-32x1024-bf16", "fp32, bf16 kv"))

    def test_rows_without_peers_name_their_own_command(self):
        self.assertIn("bench generate --scenario scheduling --new 32 --model /m", self.command("scheduling"))
        self.assertIn("bench prefix --rounds 2 --shape mini", self.command("prefix"))
        row, = rows.select(["replay-commits"])
        self.assertEqual(
            " ".join(Apus("apus", None, "/p/sqlite_commits").command(row, row.ours)),
            "bench replay --peer /p/sqlite_commits --json --threads 2")
        self.assertIn("--lengths 4096,8192,16384,32768 --dtype bf16", self.command("long-train-nano"))

    def test_every_side_of_ours_has_a_precision_that_is_known(self):
        known = dict(generate=rows.PRECISIONS, train=rows.TRAIN_PRECISIONS, grpo=rows.RECIPE_PRECISIONS)
        for row in rows.ROWS:
            for side in row.own:
                self.assertIn(side.dtype, known.get(row.group, ("",)), row.name)


if __name__ == "__main__":
    unittest.main()
