"""The rows of the table: the work, who does it, and what ratio was asked for."""

from dataclasses import dataclass, field

THREADS = 2
PROMPT = 64

# Our precisions: what to call them, and the flags that ask for them.
PRECISIONS = {
    "fp32": ("--weight-dtype", "fp32"),
    "fp32, bf16 kv": ("--weight-dtype", "fp32", "--kv-dtype", "bf16"),
    "bf16": ("--weight-dtype", "bf16"),
    "bf16 throughout": ("--weight-dtype", "bf16", "--activation-dtype", "bf16", "--kv-dtype", "bf16"),
}
CHECKPOINTING = "fp32, checkpointing"
TRAIN_PRECISIONS = {
    "fp32": ("--dtype", "fp32"),
    "bf16": ("--dtype", "bf16"),
    CHECKPOINTING: ("--dtype", "fp32", "--checkpointing"),
}
# The same as keys of a recipe.
RECIPE_PRECISIONS = {
    "fp32": {},
    "bf16": {
        "compute": dict(matmul_dtype="bf16"),
        "rollout": dict(weight_dtype="bf16", activation_dtype="bf16", kv_dtype="bf16"),
    },
}


@dataclass(frozen=True)
class Measure:
    """The number of each side that a row compares, and what the ratio of two of them is."""

    key: str
    unit: str
    is_rate: bool = False    # more of it is better
    is_saving: bool = False  # the ratio is our share of the peer's, and less is better
    scale: float = 1

    def ratio(self, ours, theirs):
        return ours / theirs if self.is_rate or self.is_saving else theirs / ours


RATE = Measure("tok_s", "tokens/s", is_rate=True)
COMMITS = Measure("rollouts_s", "rollouts/s", is_rate=True)
TRANSFER = Measure("mb_s", "MB/s", is_rate=True)
SECONDS = Measure("seconds", "s")
VERDICTS = Measure("verdicts_s", "verdicts/s", is_rate=True)
# Rows against a limit of our own have a ratio and no number of a peer's.
LIMITED = Measure("milliseconds", "ms")
MEMORY = Measure("peak_rss_bytes", "GiB", is_saving=True, scale=2**30)


@dataclass(frozen=True)
class Side:
    """One program at one precision, e.g. `llama.cpp fp32`."""

    program: str
    dtype: str

    @property
    def name(self):
        return f"{self.program} {self.dtype}".strip()


@dataclass(frozen=True)
class Target:
    """What the ratio to the best of `against` should be."""

    against: tuple
    floor: float = None
    aim: float = None


@dataclass(frozen=True)
class Row:
    name: str
    group: str
    title: str
    model: str
    dtype: str = "fp32"
    rows: int = 0
    new: int = 0
    # What Apus is asked for where it compares its own two sides, or makes a table.
    command: tuple = ()
    # A C program under peers/, and what it needs to be linked with, that Apus times itself against.
    helper: tuple = ()
    peers: tuple = ()
    targets: tuple = ()
    repeats: int = 1
    rounds: int = None
    also: tuple = field(default=())
    # Our other precisions, which take part in the same rounds.
    beside: tuple = ()
    measure: Measure = RATE
    # Whether it judges the file of cases that `Session.cases` finds.
    needs_cases: bool = False
    # Free memory without which a row is not begun: who is killed for want of it gives no number.
    needs_gib: float = 0

    @property
    def ours(self):
        return Side("apus", self.dtype)

    @property
    def own(self):
        return (self.ours, *(Side("apus", dtype) for dtype in self.beside))

    @property
    def compares_answers(self):
        return self.group == "generate" and not self.command

    @property
    def checked_dtype(self):
        """The precision at which answers can be compared with another program's: that of the weights alone."""
        return "bf16" if self.dtype.startswith("bf16") else "fp32"

    @property
    def sides(self):
        return (*self.own, *self.peers, *self.also)


HF32 = Side("transformers", "fp32")
LLAMA32 = Side("llama.cpp", "fp32")
LLAMA16 = Side("llama.cpp", "bf16")
TORCH32 = Side("torch", "fp32")
TORCH16 = Side("torch", "bf16")
TRL32 = Side("trl", "fp32")
TRL16 = Side("trl", "bf16")
MATH_VERIFY = Side("math-verify", "")


def against_ourselves(name, title, model, floor, aim, *command, group="generate"):
    return Row(
        name=name, group=group, title=title, model=model, command=command, targets=(Target(("apus",), floor, aim),))


def generation_scenario(name, title, model, floor, aim, *options):
    return against_ourselves(name, title, model, floor, aim, "generate", "--scenario", name, *options)


def train_step(model, floor, aim, repeats):
    return Row(
        f"train-{model}-16x256", "train", f"{model}, train step of 16 sequences × 256", model, rows=16, new=256,
        beside=("bf16",), peers=(TORCH32, TORCH16), repeats=repeats,
        targets=(Target((TORCH32, TORCH16), floor, aim), Target((TORCH32,), 2, 2.8)))


def grpo_step(model, longest, floor, aim, repeats):
    return Row(
        f"grpo-{model}-{longest}", "grpo", f"{model}, GRPO step, 8 prompts × 8 answers of at most {longest}", model,
        rows=8, new=longest, beside=("bf16",), peers=(TRL32, TRL16), repeats=repeats, measure=SECONDS,
        targets=(Target((TRL32, TRL16), floor, aim),))


def verifier_limit(name, title, aim):
    """How many times less than its limit something takes."""
    return Row(
        name=f"verifiers-{name}", group="verifiers", title=title, model="", dtype="", measure=LIMITED,
        command=("verifiers", "--scenario", name), targets=(Target(("apus",), 1, aim),))


def long_training(model):
    return Row(
        f"long-train-{model}", "train", f"{model}, train step of one sequence, bf16, layers recomputed", model, "bf16",
        command=("train", "--lengths", "4096,8192,16384,32768", "--dtype", "bf16", "--checkpointing"), rounds=1)


ROWS = (
    Row(
        "nano-64x256", "generate", "nano, 64 rows × 256 new", "nano", rows=64, new=256,
        peers=(HF32, LLAMA32), also=(LLAMA16,), targets=(Target((HF32, LLAMA32), 3.8, 9),)),
    Row(
        "nano-32x1024", "generate", "nano, 32 rows × 1024 new", "nano", rows=32, new=1024,
        peers=(HF32,), targets=(Target((HF32,), 9, 17),)),
    Row(
        "nano-64x256-bf16", "generate", "nano, 64 rows × 256 new", "nano", "bf16 throughout", rows=64, new=256,
        peers=(HF32, LLAMA32), also=(LLAMA16,), targets=(Target((HF32, LLAMA32), 3.8, 9),)),
    Row(
        "nano-32x1024-bf16", "generate", "nano, 32 rows × 1024 new", "nano", "fp32, bf16 kv", rows=32, new=1024,
        peers=(HF32,), targets=(Target((HF32,), 9, 17),)),
    Row(
        "mini-32x256", "generate", "mini, 32 rows × 256 new", "mini", rows=32, new=256,
        peers=(HF32, LLAMA32), also=(LLAMA16,), targets=(Target((HF32,), 3.6, 8), Target((LLAMA32,), 1.5, 3))),
    Row(
        "mini-32x256-bf16", "generate", "mini, 32 rows × 256 new", "mini", "bf16 throughout", rows=32, new=256,
        peers=(HF32, LLAMA32), also=(LLAMA16,), targets=(Target((HF32,), 3.6, 8), Target((LLAMA32,), 1.5, 3))),
    Row(
        "small-1x256-bf16", "generate", "small, 1 row × 256 new", "small", "bf16", rows=1, new=256,
        peers=(LLAMA16,), targets=(Target((LLAMA16,), 1, 1.3),)),
    Row(
        "small-32x64-bf16", "generate", "small, 32 rows × 64 new", "small", "bf16", rows=32, new=64,
        peers=(LLAMA16,), targets=(Target((LLAMA16,), 1, 1.9),)),
    Row(
        "small-32x64-bf16-throughout", "generate", "small, 32 rows × 64 new", "small", "bf16 throughout", rows=32,
        new=64, peers=(LLAMA16,), targets=(Target((LLAMA16,), 1, 1.9),)),
    generation_scenario("group", "group of 16 on a 1,024-token prompt, 64 new, against unshared", "mini", 4, 8),
    generation_scenario("tail", "last 10 % of a repetitive batch, against speculation off", "mini", 1.5, 2.5),
    generation_scenario(
        "scheduling", "long-tailed lengths, 64 rows on 16 slots, against FIFO", "mini", 1.15, 1.4, "--new", "32"),
    Row(
        "long", "generate", "long outputs, 1,024 to 16,384 new", "nano", command=("generate", "--scenario", "long"),
        rounds=1),
    train_step("nano", 1.7, 2.4, repeats=5),
    train_step("mini", 1.0, 1.5, repeats=2),
    train_step("small", 0.9, 1.5, repeats=1),
    Row(
        "train-memory-small-8x1024", "train", "small, peak memory of a train step of 8 sequences × 1024", "small", rows=8,
        new=1024, beside=(CHECKPOINTING,), peers=(TORCH32,), targets=(Target((TORCH32,), 0.5, 0.3),), rounds=2,
        measure=MEMORY, needs_gib=15),
    against_ourselves(
        "prefix", "16 answers of 64 tokens on one 1,024-token prompt, forward + backward, against unshared", "mini", 4, 6,
        "prefix", "--rounds", "2", group="train"),
    long_training("nano"),
    long_training("mini"),
    grpo_step("nano", 256, 3, 5.5, repeats=3),
    grpo_step("nano", 1024, 6, 10, repeats=1),
    grpo_step("mini", 256, 3, 5, repeats=1),
    Row(
        "replay-commits", "replay", "finished rollouts committed, against the same inserts by SQLite alone", "", "",
        command=("replay",), helper=("sqlite_commits", "-lsqlite3"), targets=(Target(("sqlite3",), 0.5, 0.8),),
        measure=COMMITS),
    Row(
        "weights", "weights", "128 MiB of weights to another process, every byte digested, against libzmq alone", "", "",
        command=("weights",), helper=("zmq_transfer", "-lzmq"), targets=(Target(("libzmq",), 0.6, 0.8),), measure=TRANSFER),
    Row(
        "verifiers-cases", "verifiers", "verdicts on the public cases, one core, against math-verify", "", "",
        command=("verifiers",), peers=(MATH_VERIFY,), targets=(Target((MATH_VERIFY,), 200, 500),), measure=VERDICTS,
        needs_cases=True, rounds=3),
    verifier_limit("long", "a verdict on a response of 48 kB, against its limit of 0.1 ms", 2),
    verifier_limit("first-row", "first row of `apus score` from the start of the process, against its limit of 100 ms", 4),
)


def select(words):
    """Rows whose name or group is among `words`; all of them where there is none."""
    known = sorted({row.name for row in ROWS} | {row.group for row in ROWS})
    for word in words:
        if word not in known:
            raise SystemExit(f"Benchmarks/run: no row or group `{word}`; there are: {', '.join(known)}")
    return [row for row in ROWS if not words or row.name in words or row.group in words]
