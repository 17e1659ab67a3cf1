"""What a number depends on besides the program: the processor, the environment, and who else is using the machine."""

import os
import platform
import time

TICKS = os.sysconf("SC_CLK_TCK")
# These choose other kernels and thread counts (OPENBLAS_CORETYPE=Haswell halves every product), so neither side sees them.
STEERING = ("OPENBLAS_", "OMP_", "GOMP_", "KMP_", "MKL_", "GGML_", "LLAMA_ARG_", "TORCH_", "ATEN_")
BUSY = 0.10


def clean_environment():
    kept = {key: value for key, value in os.environ.items() if not key.startswith(STEERING)}
    return dict(kept, HF_HUB_OFFLINE="1", PYTHONWARNINGS="ignore", PYTHONDONTWRITEBYTECODE="1")


def cpu_name():
    """Vendors' marketing names repeat over generations, so family and model are part of it."""
    fields = {}
    with open("/proc/cpuinfo") as file:
        for line in file:
            key, _, value = line.partition(":")
            fields.setdefault(key.strip(), value.strip())
    name = fields.get("model name", platform.machine())
    if "cpu family" not in fields:
        return name
    return f"{name} (family {fields['cpu family']}, model {fields.get('model', '?')})"


def description(threads):
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} × {cpu_name()}, {gigabytes:.0f} GiB, {platform.system()} {platform.release()}, " \
        f"{threads} threads for every program"


def load():
    return os.getloadavg()[0]


def busy_and_total():
    """Seconds of all cores since boot: at work, and altogether."""
    with open("/proc/stat") as file:
        ticks = [int(word) for word in file.readline().split()[1:9]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks) - idle) / TICKS, sum(ticks) / TICKS


def processor_seconds(process):
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def wait_until_quiet(limit):
    """Returns when the machine is at most a tenth busy for two half seconds running, or after `limit` seconds. The load
    average would not do: it remembers the run before for a minute."""
    end, quiet, share = time.monotonic() + limit, 0, 1.0
    while quiet < 2 and time.monotonic() < end:
        before = busy_and_total()
        time.sleep(0.5)
        after = busy_and_total()
        share = (after[0] - before[0]) / max(after[1] - before[1], 0.01)
        quiet = quiet + 1 if share <= BUSY else 0
    return share


def available_gib():
    with open("/proc/meminfo") as file:
        for line in file:
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) / 2**20
    return 0.0
