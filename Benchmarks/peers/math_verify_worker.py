"""math-verify as a worker: a line of JSON asks, a line answers.

Cases are parsed and verified one after the other in one thread, with its own recommended set-up: a box in the response before
anything else, the ground truth in a box. Reading the file is not timed. Cases made to be slow are left out, as on our side.
"""

import importlib.metadata
import json
import logging
import sys
import time

from math_verify import ExprExtractionConfig, LatexExtractionConfig, StringExtractionConfig, parse, verify

RESPONSE = [LatexExtractionConfig(boxed_match_priority=0), ExprExtractionConfig()]
CHOICE = [LatexExtractionConfig(boxed_match_priority=0), StringExtractionConfig(strings=tuple("ABCDEFGHIJ"))]


def judged(case):
    try:
        if case["verifier"] == "multiple_choice":
            gold, response = parse(case["gold"], CHOICE[1:]), parse(case["response"], CHOICE)
        else:
            gold, response = parse("\\boxed{" + case["gold"] + "}"), parse(case["response"], RESPONSE)
        return verify(gold, response)
    except Exception:  # what it says of a time limit, among others
        return False


def main():
    logging.disable(logging.CRITICAL)
    print(json.dumps({"math-verify": importlib.metadata.version("math-verify")}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        with open(request["cases"]) as file:
            cases = [json.loads(row) for row in file]
        cases = [case for case in cases if case.get("category") != "adversarial_resource"]
        start = time.perf_counter()
        correct = sum(map(judged, cases))
        seconds = time.perf_counter() - start
        print(json.dumps(dict(
            verdicts_s=len(cases) / seconds, seconds=seconds, cases=len(cases), correct=correct)), flush=True)


if __name__ == "__main__":
    main()
