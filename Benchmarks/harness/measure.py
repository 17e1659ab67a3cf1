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
    # Who else is busy changes times, not memory.
    limit = 1 if row.measure.is_saving else DISTURBED
    while sum(disturbance(entry) <= limit for entry in kept) < rounds and tried < 2 * rounds:
        share, wait = machine.wait_until_quiet(wait), WAIT_SECONDS
        entry = dict(load=round(machine.load(), 2), busy_before=round(share, 3), time=round(time.time()), sides={})
        order = list(drivers.items())
        for side, driver in order if tried % 2 == 0 else reversed(order):
            try:
                entry["sides"][side.name] = driver.measure(row, side)
            except ProgramError as error:
                if side in row.own:
                    raise
                print(f"    left out: {error}", flush=True)
                del drivers[side]
        tried += 1
        if not entry["sides"]:
            raise ProgramError("no program is left to measure")
        store.append(kind="round", row=row.name, **entry)
        kept.append(entry)
        print("    " + line_of(row, entry), flush=True)
    return sorted(kept, key=disturbance)[:rounds]


def names(drivers):
    return [side.name for side in drivers]


def line_of(row, entry):
    parts, measure = [], row.measure
    for name, sample in entry["sides"].items():
        if measure.key in sample:
            value = sample[measure.key] / measure.scale
            parts.append(f"{name} {value:,.{digits_of(value)}f}" + ("" if measure.is_rate else f" {measure.unit}"))
        if "ratio" in sample:
            parts.append(f"{name} {sample['ratio']:.2f}×")
    marked = "" if disturbance(entry) <= DISTURBED else "  (disturbed)"
    return f"{'   '.join(parts)}   load {entry['load']:.1f}, others {disturbance(entry):.0%}{marked}"


def digits_of(value):
    """Digits behind the point that a number is shown with."""
    return 0 if value >= 100 else 1 if value >= 10 else 2


def spread(values):
    return dict(median=statistics.median(values), low=min(values), high=max(values))


FACTS = ("peak_rss_bytes", "share_of_roofline", "time_to_first_token_s")


def summary(row, entries):
    """Medians and ranges of each side, and the ratio of medians for each target with the range over the rounds."""
    result = dict(
        rounds=len(entries), load=spread([entry["load"] for entry in entries]),
        others=max(map(disturbance, entries)), sides={}, targets=[])
    key = row.measure.key
    for side in row.sides:
        samples = [entry["sides"].get(side.name, {}) for entry in entries]
        if all(key in sample for sample in samples):
            result["sides"][side.name] = spread([sample[key] for sample in samples])
    samples = {own.name: [entry["sides"][own.name] for entry in entries if own.name in entry["sides"]] for own in row.own}
    own = samples[row.ours.name]
    if not own:
        return result
    result.update(facts(own))
    result["beside"] = {name: facts(samples[name]) for name in list(samples)[1:]}
    for known in ("blas_core", "kernels", "threads", "dtype", "table", "note", "predicted"):
        if known in own[-1]:
            result[known] = own[-1][known]
    if all("ratio" in sample for sample in own):
        result["targets"] = [
            dict(against="ourselves" if target.against == ("apus",) else target.against[0], floor=target.floor, aim=target.aim,
                 ratio=spread([sample["ratio"] for sample in own])) for target in row.targets]
        for name in own[0].get("sides", {}):
            result["sides"][name] = spread([sample["sides"][name] for sample in own])
        return result
    result["targets"] = [
        compared(row, side.name, target, result["sides"], entries) for target in row.targets for side in row.own
        if all(other.name in result["sides"] for other in (side, *target.against))]
    return result


def facts(samples):
    """What else a side says of itself, medians."""
    return {
        key: statistics.median(sample[key] for sample in samples) for key in FACTS
        if samples and all(isinstance(sample.get(key), (int, float)) for sample in samples)}


def compared(row, ours, target, sides, entries):
    measure = row.measure
    choose = max if measure.is_rate else min
    best = choose(target.against, key=lambda side: sides[side.name]["median"]).name
    ratios = [
        measure.ratio(entry["sides"][ours][measure.key], entry["sides"][best][measure.key]) for entry in entries]
    ratio = dict(spread(ratios), median=measure.ratio(sides[ours]["median"], sides[best]["median"]))
    found = dict(ours=ours, against=best, floor=target.floor, aim=target.aim, ratio=ratio)
    return dict(found, less_is_better=True) if measure.is_saving else found


def verdict(target):
    if target["floor"] is None:
        return ""
    sign = -1 if target.get("less_is_better") else 1
    ratio = sign * target["ratio"]["median"]
    if ratio < sign * target["floor"]:
        return "above the limit" if sign < 0 else "below the floor"
    if ratio >= sign * target["aim"]:
        return "aim reached"
    return "limit kept" if sign < 0 else "floor reached"
