#!/bin/sh
# Measures this machine and this build; with a Python environment that has torch and transformers, the peers as well,
# taking turns:   Benchmarks/run.sh [VENV]
set -eu
cd "$(dirname "$0")/.."
swift build -c release --product bench
rounds=1
[ $# -eq 0 ] || rounds=3
round=1
while [ "$round" -le "$rounds" ]; do
  .build/release/bench
  [ $# -eq 0 ] || "$1/bin/python" Benchmarks/peers/torch_nano.py
  round=$((round + 1))
done
