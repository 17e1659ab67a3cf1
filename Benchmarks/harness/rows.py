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


@dataclass(frozen=True)
class Side:
    """One program at one precision, e.g. `llama.cpp fp32`."""

    program: str
    dtype: str

    @property
    def name(self):
        return f"{self.program} {self.dtype}"


@dataclass(frozen=True)
class Target:
    """Our rate over that of the best of `against`."""

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
    scenario: str = None
    peers: tuple = ()
    targets: tuple = ()
    repeats: int = 1
    rounds: int = None
    also: tuple = field(default=())

    @property
    def ours(self):
        return Side("apus", self.dtype)

    @property
    def checked_dtype(self):
        """The precision at which answers can be compared with another program's: that of the weights alone."""
        return "bf16" if self.dtype.startswith("bf16") else "fp32"

    @property
    def sides(self):
        return (self.ours, *self.peers, *self.also)


HF32 = Side("transformers", "fp32")
LLAMA32 = Side("llama.cpp", "fp32")
LLAMA16 = Side("llama.cpp", "bf16")
TORCH32 = Side("torch", "fp32")


def against_ourselves(scenario, title, model, floor, aim, new=0):
    return Row(
        name=scenario, group="generate", title=title, model=model, scenario=scenario, new=new,
        targets=(Target(("apus",), floor, aim),))


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
    against_ourselves("group", "group of 16 on a 1,024-token prompt, 64 new, against unshared", "mini", 4, 8),
    against_ourselves("tail", "last 10 % of a repetitive batch, against speculation off", "mini", 1.5, 2.5),
    against_ourselves("scheduling", "long-tailed lengths, 64 rows on 16 slots, against FIFO", "mini", 1.15, 1.4, new=32),
    Row("long", "generate", "long outputs, 1,024 to 16,384 new", "nano", scenario="long", rounds=1),
    Row(
        "train-nano-16x256", "train", "nano, train step of 16 sequences × 256", "nano", rows=16, new=256,
        peers=(TORCH32,), targets=(Target((TORCH32,)),), repeats=5),
)


def select(words):
    """Rows whose name or group is among `words`; all of them where there is none."""
    known = sorted({row.name for row in ROWS} | {row.group for row in ROWS})
    for word in words:
        if word not in known:
            raise SystemExit(f"Benchmarks/run: no row or group `{word}`; there are: {', '.join(known)}")
    return [row for row in ROWS if not words or row.name in words or row.group in words]
