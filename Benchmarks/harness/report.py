"""Baselines as JSON, the page made from them, and the comparison of a new run with them.

`baselines.json` is the record: a row is replaced when it is measured, the others stay. The page is written from it, and
what a person has written below the marker stays.
"""

import json
import os

from .measure import digits_of, verdict
from .rows import PROMPT, RATE, ROWS

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

    def look(what, now, then, allowed, more_is_better, words):
        if now is None or then is None:
            return
        if now < then * (1 - allowed) if more_is_better else now > then * (1 + allowed):
            sign = "less" if more_is_better else "more"
            worse.append(f"{row.name}: {what} {words(now)}, baseline {words(then)} {sign} {allowed:.0%}")

    for side in row.own:
        now, then = (result["sides"].get(side.name, {}).get("median") for result in (new, old))
        allowed = margin["memory" if row.measure.is_saving else "rate"]
        look(side.name, now, then, allowed, row.measure.is_rate, lambda value: amount(value, row.measure))
    targets = {names(row, target): target for target in old["targets"]}
    for target in new["targets"]:
        then = targets.get(names(row, target), {}).get("ratio", {}).get("median")
        look(" against ".join(names(row, target)), target["ratio"]["median"], then, margin["ratio"],
             not target.get("less_is_better"), lambda value: f"{value:.2f}×")
    for name, now, then in (
            (row.ours.name, new, old),
            *((name, found, old.get("beside", {}).get(name, {})) for name, found in new.get("beside", {}).items())):
        look(name, now.get("peak_rss_bytes"), then.get("peak_rss_bytes"), margin["memory"], False,
             lambda value: f"{value / 2**20:,.0f} MiB")
    return worse


def names(row, target):
    """Who is compared with whom."""
    return target.get("ours", row.ours.name), target["against"]


def amount(value, measure):
    scaled = value / measure.scale
    return f"{scaled:,.{digits_of(scaled)}f} {measure.unit}"


def page(baselines, handwritten):
    parts = [f"""# Results

Written by `Benchmarks/run` from `baselines.json`; do not edit above the marker.

Rates are new tokens per second, where the seconds run from the prompts' first token to the outputs' last, for every
program alike. Prompts have {PROMPT} random tokens, every row goes to its full length, tokens are sampled at temperature 1
(llama.cpp's benchmark programs draw no sample, so their time is without it). Programs take turns in each round; a rate
is the median with its range, a ratio that of the medians with the range over the rounds. Before a row is timed, greedy
answers to 2 prompts, 64 tokens each, are compared with those of transformers on the same weights (`answers`).
`OPENBLAS_*`, `OMP_*` and the like are unset for all. ~ marks rows during which others used more than 15 % of the machine.

Training steps are forward, backward, clipping and AdamW; their rates are tokens of the batch per second. torch's bf16 is
autocast over fp32 weights, its memory the most that a fresh process ever had. Steps of GRPO are whole: answers sampled,
scored and trained on, in seconds; the models have random weights and end their answers at random, so tokens are counted
beside the seconds. Where memory is compared, the ratio is our share of the peer's, and less is better.
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
        mark = " ~" if entry["others"] > 0.15 else ""
        for target in entry["targets"]:
            ours, against = names(row, target)
            own, other, ratio = entry["sides"].get(ours), entry["sides"].get(against), target["ratio"]
            other = " " + range_of(other, row.measure) if other else selves(entry)
            lines.append(
                f"| {row.title}{mark} | {ours.removeprefix('apus ')} {range_of(own, row.measure) if own else ''} | "
                f"{against}{other} | **{ratio['median']:.2f}×** ({ratio['low']:.2f}–{ratio['high']:.2f}) | "
                f"{times(target['floor'])} | {times(target['aim'])} | {verdict(target)} |")
    return "\n".join(lines) + "\n"


def selves(entry):
    inner = ", ".join(f"{name} {range_of(value)}" for name, value in entry["sides"].items()
                      if not name.startswith("apus "))
    return f": {inner}" if inner else ""


def times(value):
    return "" if value is None else f"{value:g}×"


def range_of(value, measure=RATE):
    """Rates stand without their unit: most rows are rates."""
    median, low, high = (value[key] / measure.scale for key in ("median", "low", "high"))
    digits = digits_of(median)
    unit = "" if measure.is_rate else f" {measure.unit}"
    return f"{median:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f}){unit}"


def details(rows, record):
    lines = ["| row | reproduce | build | answers | BLAS core, kernels | rounds, load, others | roofline | first token | "
             "memory | also |", "|" + "---|" * 10]
    for row in rows:
        entry = record[row.name]
        also = [f"{side.name} {range_of(entry['sides'][side.name], row.measure)}" for side in row.also
                if side.name in entry["sides"]]
        also += [f"{name}: {', '.join(said)}" for name, found in entry.get("beside", {}).items()
                 if (said := [text for text in facts_of(found, row) if text])]
        also += [f"predicted by {name} {1 / share:.2f}×" for name, share in entry.get("predicted", {}).items()]
        roofline, first, memory = facts_of(entry, row)
        lines.append("| " + " | ".join([
            row.name, f"`make bench ONLY={row.name}`", entry["build"], entry.get("answers", ""),
            ", ".join(str(entry[key]) for key in ("blas_core", "kernels") if key in entry),
            f"{entry['rounds']}, {entry['load']['median']:.1f}, {entry['others']:.0%}",
            roofline.removesuffix(" of the roofline"), first, memory, "; ".join(also),
        ]) + " |")
    return "\n".join(lines) + "\n"


def facts_of(found, row):
    """Share of the roofline, time to the first token, memory; empty where a side says nothing of it."""
    # Where memory is what is compared, it stands above.
    memory = None if row.measure.is_saving else found.get("peak_rss_bytes")
    return [
        f"{found['share_of_roofline']:.0%} of the roofline" if "share_of_roofline" in found else "",
        f"{found['time_to_first_token_s'] * 1000:.0f} ms" if "time_to_first_token_s" in found else "",
        f"{memory / 2**20:,.0f} MiB" if memory else "",
    ]


def table_of(row, entry):
    """The rows of a table as the program gave them, e.g. one for each output length."""
    lines = entry["table"]
    columns = list(lines[0])
    head = [f"{row.title}; `make bench ONLY={row.name}`, build {entry['build']}:", "",
            "| " + " | ".join(column.replace("_", " ") for column in columns) + " |", "|" + "---|" * len(columns)]
    body = ["| " + " | ".join(cell(line.get(column)) for column in columns) + " |" for line in lines]
    note = ["", entry["note"] + "."] if "note" in entry else []
    return "\n".join(head + body + note) + "\n"


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
