"""Baselines as JSON, the page made from them, and the comparison of a new run with them.

`baselines.json` is the record: a row is replaced when it is measured, the others stay. The page is written from it, and
what a person has written below the marker stays.
"""

import json
import os

from .measure import verdict
from .rows import PROMPT, ROWS

MARKER = "<!-- Below this line is written by hand and stays. -->"
# Shares by which a new run may be worse. Rates vary with what shares the machine, ratios less, memory hardly.
MARGIN = dict(rate=0.15, ratio=0.10, memory=0.05)


def load(path):
    if not os.path.exists(path):
        return dict(margin=MARGIN, machines={})
    with open(path) as file:
        return json.load(file)


def write(path, text):
    with open(path + ".part", "w") as file:
        file.write(text)
    os.replace(path + ".part", path)


def save(path, baselines):
    write(path, json.dumps(rounded(baselines), indent=1, ensure_ascii=False) + "\n")


def rounded(value):
    """Four digits: the rest is noise, and would change in every commit."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def check(row, new, old, margin):
    """What is worse than the baseline by more than its margin, as sentences."""
    worse = []
    rate = f"apus {row.dtype}"
    if rate in new["sides"] and rate in old["sides"]:
        now, then = new["sides"][rate]["median"], old["sides"][rate]["median"]
        if now < then * (1 - margin["rate"]):
            worse.append(f"{row.name}: {now:,.0f} tokens/s, baseline {then:,.0f} less {margin['rate']:.0%}")
    targets = {target["against"]: target for target in old["targets"]}
    for target in new["targets"]:
        then = targets.get(target["against"], {}).get("ratio", {}).get("median")
        now = target["ratio"]["median"]
        if then is not None and now < then * (1 - margin["ratio"]):
            worse.append(f"{row.name}: {now:.2f}× {target['against']}, baseline {then:.2f}× "
                         f"less {margin['ratio']:.0%}")
    now, then = new.get("peak_rss_bytes"), old.get("peak_rss_bytes")
    if now and then and now > then * (1 + margin["memory"]):
        worse.append(f"{row.name}: {now / 2**20:,.0f} MiB, baseline {then / 2**20:,.0f} "
                     f"more {margin['memory']:.0%}")
    return worse


def page(baselines, handwritten):
    parts = [f"""# Results

Written by `Benchmarks/run` from `baselines.json`; do not edit above the marker.

Rates are new tokens per second, where the seconds run from the prompts' first token to the outputs' last, for every
program alike. Prompts have {PROMPT} random tokens, every row goes to its full length, tokens are sampled at temperature 1
(llama.cpp's benchmark programs draw no sample, so their time is without it). Programs take turns in each round; a rate
is the median with its range, a ratio that of the medians with the range over the rounds. Before a row is timed, greedy
answers to 2 prompts, 64 tokens each, are compared with those of transformers on the same weights (`answers`).
`OPENBLAS_*`, `OMP_*` and the like are unset for all. ~ marks rows during which others used more than 15 % of the machine.
"""]
    for name, record in baselines["machines"].items():
        parts.append(f"## {name}\n\n{record['description']}. {versions(record)}\n")
        done = [row for row in ROWS if row.name in record["rows"]]
        parts += [ratios(done, record["rows"]), details(done, record["rows"])]
        parts += [table_of(row, record["rows"][row.name]) for row in done if "table" in record["rows"][row.name]]
    return "\n".join(parts) + f"\n{MARKER}\n{handwritten}"


def versions(record):
    return ", ".join(f"{name} {version}" for name, version in record["versions"].items()) + "."


def ratios(rows, record):
    lines = ["| work | Apus | against | ratio | floor | aim | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        entry = record[row.name]
        own = entry["sides"].get(row.ours.name)
        mark = " ~" if entry["others"] > 0.15 else ""
        for target in entry["targets"]:
            ratio, other = target["ratio"], entry["sides"].get(target["against"])
            against = target["against"] + (f" {range_of(other)}" if other else selves(entry))
            lines.append(
                f"| {row.title}{mark} | {row.dtype} {range_of(own) if own else ''} | {against} | "
                f"**{ratio['median']:.2f}×** ({ratio['low']:.2f}–{ratio['high']:.2f}) | {times(target['floor'])} | "
                f"{times(target['aim'])} | {verdict(target)} |")
    return "\n".join(lines) + "\n"


def selves(entry):
    inner = ", ".join(f"{name} {range_of(value)}" for name, value in entry["sides"].items()
                      if not name.startswith("apus "))
    return f": {inner}" if inner else ""


def times(value):
    return "" if value is None else f"{value:g}×"


def range_of(value):
    digits = 0 if value["median"] >= 100 else 1
    return f"{value['median']:,.{digits}f} ({value['low']:,.{digits}f}–{value['high']:,.{digits}f})"


def details(rows, record):
    lines = ["| row | reproduce | build | answers | BLAS core, kernels | rounds, load, others | roofline | first token | "
             "memory | also |", "|" + "---|" * 10]
    for row in rows:
        entry = record[row.name]
        also = ", ".join(f"{side.name} {range_of(entry['sides'][side.name])}" for side in row.also
                         if side.name in entry["sides"])
        lines.append("| " + " | ".join([
            row.name, f"`make bench ONLY={row.name}`", entry["build"], entry.get("answers", ""),
            ", ".join(str(entry[key]) for key in ("blas_core", "kernels") if key in entry),
            f"{entry['rounds']}, {entry['load']['median']:.1f}, {entry['others']:.0%}",
            f"{entry['share_of_roofline']:.0%}" if "share_of_roofline" in entry else "",
            f"{entry['time_to_first_token_s'] * 1000:.0f} ms" if "time_to_first_token_s" in entry else "",
            f"{entry['peak_rss_bytes'] / 2**20:,.0f} MiB" if "peak_rss_bytes" in entry else "", also,
        ]) + " |")
    return "\n".join(lines) + "\n"


def table_of(row, entry):
    """The rows of a table as the program gave them, e.g. one for each output length."""
    lines = entry["table"]
    columns = list(lines[0])
    head = [f"{row.title}; `make bench ONLY={row.name}`, build {entry['build']}:", "",
            "| " + " | ".join(column.replace("_", " ") for column in columns) + " |", "|" + "---|" * len(columns)]
    return "\n".join(head + ["| " + " | ".join(cell(line.get(column)) for column in columns) + " |"
                             for line in lines]) + "\n"


def cell(value):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def write_page(path, baselines):
    handwritten = ""
    if os.path.exists(path):
        with open(path) as file:
            handwritten = file.read().partition(MARKER + "\n")[2]
    write(path, page(baselines, handwritten))
