"""Rounds in turn, and what they come to."""

import statistics
import time

from . import machine
from .programs import ProgramError

ROUNDS = 5
# A round in which others took more than this share of the machine is done again, up to as many times as there are
# rounds: one busy neighbour makes spinning threads ten times slower, and not all programs alike.
DISTURBED = 0.15
FIRST_WAIT_SECONDS, WAIT_SECONDS = 60, 15


def disturbance(entry):
    return max(sample["others"] for sample in entry["sides"].values())


def measure(row, drivers, store, rounds):
    """Adds rounds of `row` to the store until there are enough. `drivers` maps each side to what measures it; a peer
    that fails is left out from then on, Apus's own failure ends the row."""
    kept = [entry for entry in store.find(kind="round", row=row.name) if set(entry["sides"]) >= set(names(drivers))]
    tried, wait = len(kept), FIRST_WAIT_SECONDS
    while sum(disturbance(entry) <= DISTURBED for entry in kept) < rounds and tried < 2 * rounds:
        share, wait = machine.wait_until_quiet(wait), WAIT_SECONDS
        entry = dict(load=round(machine.load(), 2), busy_before=round(share, 3), time=round(time.time()), sides={})
        order = list(drivers.items())
        for side, driver in order if tried % 2 == 0 else reversed(order):
            try:
                entry["sides"][side.name] = driver.measure(row, side)
            except ProgramError as error:
                if side == row.ours:
                    raise
                print(f"    left out: {error}", flush=True)
                del drivers[side]
        tried += 1
        if not entry["sides"]:
            raise ProgramError("no program is left to measure")
        store.append(kind="round", row=row.name, **entry)
        kept.append(entry)
        print("    " + line_of(entry), flush=True)
    return sorted(kept, key=disturbance)[:rounds]


def names(drivers):
    return [side.name for side in drivers]


def line_of(entry):
    parts = []
    for name, sample in entry["sides"].items():
        if "tok_s" in sample:
            parts.append(f"{name} {sample['tok_s']:,.0f}")
        if "ratio" in sample:
            parts.append(f"{name} {sample['ratio']:.2f}×")
    marked = "" if disturbance(entry) <= DISTURBED else "  (disturbed)"
    return f"{'   '.join(parts)}   load {entry['load']:.1f}, others {disturbance(entry):.0%}{marked}"


def spread(values):
    return dict(median=statistics.median(values), low=min(values), high=max(values))


def summary(row, entries):
    """Medians and ranges of each side, and the ratio of medians for each target with the range over the rounds."""
    result = dict(
        rounds=len(entries), load=spread([entry["load"] for entry in entries]),
        others=max(map(disturbance, entries)), sides={}, targets=[])
    for side in row.sides:
        samples = [entry["sides"].get(side.name, {}) for entry in entries]
        if all("tok_s" in sample for sample in samples):
            result["sides"][side.name] = spread([sample["tok_s"] for sample in samples])
    own = [entry["sides"][row.ours.name] for entry in entries if row.ours.name in entry["sides"]]
    if not own:
        return result
    for key in ("peak_rss_bytes", "share_of_roofline", "time_to_first_token_s"):
        if all(isinstance(sample.get(key), (int, float)) for sample in own):
            result[key] = statistics.median(sample[key] for sample in own)
    for key in ("blas_core", "kernels", "threads", "dtype", "table", "note"):
        if key in own[-1]:
            result[key] = own[-1][key]
    if all("ratio" in sample for sample in own):
        result["targets"] = [
            dict(against="ourselves", floor=target.floor, aim=target.aim,
                 ratio=spread([sample["ratio"] for sample in own])) for target in row.targets]
        for name in own[0].get("sides", {}):
            result["sides"][name] = spread([sample["sides"][name] for sample in own])
        return result
    for target in row.targets:
        found = [side for side in target.against if side.name in result["sides"]]
        if len(found) < len(target.against):
            continue
        best = max(found, key=lambda side: result["sides"][side.name]["median"]).name
        ratios = [entry["sides"][row.ours.name]["tok_s"] / entry["sides"][best]["tok_s"] for entry in entries]
        ratio = dict(spread(ratios), median=result["sides"][row.ours.name]["median"]
                     / result["sides"][best]["median"])
        result["targets"].append(dict(against=best, floor=target.floor, aim=target.aim, ratio=ratio))
    return result


def verdict(target):
    ratio = target["ratio"]["median"]
    if target["floor"] is None:
        return ""
    if ratio < target["floor"]:
        return "below the floor"
    return "aim reached" if ratio >= target["aim"] else "floor reached"
