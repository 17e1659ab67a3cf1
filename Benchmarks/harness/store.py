"""Measurements as JSON lines outside the tree, one line each as it comes, so that an interrupted run goes on."""

import hashlib
import json
import os
import subprocess


class Store:
    """Knows the lines of one build on one machine; appends to the file that holds those of all."""

    def __init__(self, path, build, machine):
        self.path, self.key = path, dict(build=build, machine=machine)
        self.lines = []
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if not os.path.exists(path):
            return
        with open(path) as file:
            for text in file:
                try:
                    line = json.loads(text)
                except ValueError:  # the last line of a run that was killed while writing
                    continue
                if all(line.get(key) == value for key, value in self.key.items()):
                    self.take(line)

    def append(self, **line):
        line = dict(self.key, **line)
        self.take(line)
        with open(self.path, "a+b") as file:
            # A line that was cut off ends here, or this one would be lost with it.
            if file.tell() and os.pread(file.fileno(), 1, file.tell() - 1) != b"\n":
                file.write(b"\n")
            file.write(json.dumps(line).encode() + b"\n")

    def take(self, line):
        if line.get("kind") == "forget":
            self.lines = [known for known in self.lines if known.get("row") != line["row"]]
        else:
            self.lines.append(line)

    def forget(self, row):
        """Rounds of `row` stay in the file, but no longer count."""
        self.append(kind="forget", row=row)

    def find(self, **wanted):
        return [line for line in self.lines if all(line.get(key) == value for key, value in wanted.items())]


def build_of(root, binary):
    """The commit, and where the sources differ from it, a digest of the program."""
    def git(*arguments):
        answer = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True)
        return answer.stdout.strip() if answer.returncode == 0 else ""

    commit = git("rev-parse", "--short=12", "HEAD") or "no-commit"
    changed = git("status", "--porcelain", "--", "Sources", "Rewards", "Plugins", "Package.swift")
    if commit != "no-commit" and not changed:
        return commit
    if not os.path.exists(binary):
        return f"{commit}+"
    with open(binary, "rb") as file:
        return f"{commit}+{hashlib.sha256(file.read()).hexdigest()[:8]}"
