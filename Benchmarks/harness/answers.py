"""Compares greedy answers before anything is timed: a program that is fast at other numbers is not in the race."""

PROMPTS = 2
PROMPT_LENGTH = 64
NEW = 64
# A lead of one logit over the next, in logits, below which two correct programs may choose differently: fp32 sums in
# another order move a logit by about 1e-5, and here the logits' deviation is about 1.
TIE = 1e-3


def prompts(vocabulary):
    """The same tokens on every machine: a linear congruential sequence, high bits."""
    state, result = 1, []
    for _ in range(PROMPTS):
        prompt = []
        for _ in range(PROMPT_LENGTH):
            state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
            prompt.append(1 + (state >> 33) % (vocabulary - 1))
        result.append(prompt)
    return result


def compare(ours, theirs):
    """Returns what to print, or raises ValueError. `theirs` has for each prompt tokens, runners-up and leads."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} answers for {len(theirs)} prompts")
    remarks, equal = [], 0
    for index, (tokens, answer) in enumerate(zip(ours, theirs)):
        if len(tokens) != len(answer["tokens"]):
            raise ValueError(f"prompt {index}: {len(tokens)} tokens, expected {len(answer['tokens'])}")
        for place, (mine, other) in enumerate(zip(tokens, answer["tokens"])):
            if mine == other:
                equal += 1
                continue
            lead = answer["lead"][place]
            if lead > TIE or mine != answer["second"][place]:
                raise ValueError(
                    f"prompt {index}, token {place}: {mine}, but transformers has {other}, ahead of "
                    f"{answer['second'][place]} by {lead:.2g} logits")
            remarks.append(f"prompt {index} parts at token {place}, a tie within {lead:.1g} logits")
            break
    distinct = len({token for answer in theirs for token in answer["tokens"]})
    return "; ".join([f"{equal} tokens equal, {distinct} of them distinct", *remarks])
