"""Puts the peers in a folder outside the tree: a Python with torch and transformers, llama.cpp, and the models.

Each step looks at what it would make and does nothing where that is there, so a run that was stopped goes on.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.request

PEER_PACKAGES = ("torch", "transformers", "safetensors", "numpy", "gguf")
# What whole steps of reinforcement learning need besides.
TRL_PACKAGES = ("trl", "datasets", "accelerate")
MATH_VERIFY_PACKAGE = "math-verify==0.9.0"
LLAMA_PACKAGE = "llama-cpp-python==0.3.36"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
LLAMA_OPTIONS = (
    "-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", "-DBUILD_SHARED_LIBS=OFF", "-DLLAMA_CURL=OFF",
    "-DLLAMA_OPENSSL=OFF", "-DLLAMA_BUILD_TESTS=OFF", "-DLLAMA_BUILD_EXAMPLES=OFF", "-DLLAMA_BUILD_SERVER=OFF",
)
LLAMA_PROGRAMS = ("llama-bench", "llama-batched-bench")


class SetupError(Exception):
    pass


def default_folder():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.abspath(os.environ.get("APUS_PEERS") or os.path.join(cache, "apus-peers"))


def verifier_cases(root):
    """The file of cases: APUS_VERIFIER_CASES, else where it lies beside a clone."""
    given = os.environ.get("APUS_VERIFIER_CASES")
    path = os.path.abspath(given or os.path.join(root, "..", "shared", "verifier-cases", "public.jsonl"))
    if not os.path.exists(path):
        raise SetupError(f"{path}: there is no such file; name the file of verifier cases with APUS_VERIFIER_CASES")
    return path


class Peers:
    def __init__(self, folder, scripts):
        self.folder, self.scripts = folder, scripts
        self.log = os.path.join(folder, "setup.log")
        os.makedirs(folder, exist_ok=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    # Python

    def python(self):
        """A Python that has the peers' packages: that of APUS_PEERS_PYTHON, or one made here."""
        given = os.environ.get("APUS_PEERS_PYTHON")
        if given:
            if not self.imports(given, PEER_PACKAGES):
                raise SetupError(f"APUS_PEERS_PYTHON={given} has not all of {', '.join(PEER_PACKAGES)}; install them "
                                 "there, or unset it and let this program make an environment")
            return given
        python = self.environment("venv")
        if not self.imports(python, PEER_PACKAGES):
            self.install_torch(python)
            self.run("installing transformers and gguf", python, "-m", "pip", "install", "-q", *PEER_PACKAGES)
        return python

    def need_trl(self, python):
        if self.imports(python, TRL_PACKAGES):
            return
        if os.environ.get("APUS_PEERS_PYTHON"):
            raise SetupError(f"APUS_PEERS_PYTHON={python} has not all of {', '.join(TRL_PACKAGES)}; install them there")
        self.run("installing TRL", python, "-m", "pip", "install", "-q", *TRL_PACKAGES)

    def math_verify(self):
        """A Python of its own for math-verify, which pins its dependencies."""
        python = self.environment("math-verify")
        if not self.imports(python, ("math_verify", "latex2sympy2_extended")):
            self.run("installing math-verify", python, "-m", "pip", "install", "-q", MATH_VERIFY_PACKAGE)
        return python

    def environment(self, name):
        python = self.path(name, "bin", "python")
        if not os.path.exists(python):
            self.run(f"making the Python environment {name}", sys.executable, "-m", "venv", self.path(name))
        return python

    def imports(self, python, packages):
        if not shutil.which(python):
            return False
        return subprocess.run([python, "-c", "import " + ",".join(packages)], capture_output=True).returncode == 0

    def install_torch(self, python):
        """The CPU wheel where one can be found, from its own index or a local folder of wheels; else PyPI's, which
        brings about 5 GB of libraries for GPUs and computes the same."""
        pip = (python, "-m", "pip", "install", "-q")
        if reachable(TORCH_CPU_INDEX + "/torch/"):
            self.run("installing torch (CPU wheel)", *pip, "torch", "--index-url", TORCH_CPU_INDEX)
        elif subprocess.run([*pip, "--no-index", "--no-deps", "torch"], capture_output=True).returncode != 0:
            self.run("installing torch from PyPI", *pip, "torch")

    # llama.cpp

    def llama(self):
        """The folder of llama.cpp's programs, built from the sources inside llama-cpp-python's distribution."""
        programs = self.path("llama-build", "bin")
        if all(os.path.exists(os.path.join(programs, name)) for name in LLAMA_PROGRAMS):
            return programs
        tools = os.path.dirname(self.environment("tools"))
        if not os.path.exists(os.path.join(tools, "ninja")):
            self.run("installing cmake and ninja", os.path.join(tools, "pip"), "install", "-q", "cmake", "ninja")
        source = self.llama_source(tools)
        steering = dict(os.environ, PATH=tools + os.pathsep + os.environ["PATH"])
        cmake = os.path.join(tools, "cmake")
        self.run("configuring llama.cpp", cmake, "-G", "Ninja", "-S", source, "-B", self.path("llama-build"),
                 *LLAMA_OPTIONS, env=steering)
        self.run("building llama.cpp, minutes", cmake, "--build", self.path("llama-build"), "--target",
                 *LLAMA_PROGRAMS, env=steering)
        return programs

    def llama_source(self, tools):
        found = glob.glob(self.path("llama-source", "*", "vendor", "llama.cpp"))
        if found:
            return found[0]
        if not glob.glob(self.path("sdist", "*.tar.gz")):
            self.run("downloading llama.cpp", os.path.join(tools, "pip"), "download", "-q", LLAMA_PACKAGE,
                     "--no-binary", "llama-cpp-python", "--no-deps", "-d", self.path("sdist"))
        draft = self.path("llama-source.part")
        shutil.rmtree(draft, ignore_errors=True)
        with tarfile.open(glob.glob(self.path("sdist", "*.tar.gz"))[0]) as archive:
            archive.extractall(draft, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
        os.rename(draft, self.path("llama-source"))
        return glob.glob(self.path("llama-source", "*", "vendor", "llama.cpp"))[0]

    # Models

    def models(self):
        """Named after the scripts that write them, so that other scripts write other files."""
        digest = hashlib.sha256()
        for name in ("shapes.py", "export_model.py", "write_gguf.py"):
            with open(os.path.join(self.scripts, name), "rb") as file:
                digest.update(file.read())
        folder = self.path("models", digest.hexdigest()[:8])
        os.makedirs(folder, exist_ok=True)
        return folder

    def model(self, shape, python):
        """The Hugging Face directory of one shape, which all programs' weights come from."""
        directory = os.path.join(self.models(), shape)
        if not os.path.exists(directory):
            shutil.rmtree(directory + ".part", ignore_errors=True)
            self.run(f"writing the model {shape}", python, os.path.join(self.scripts, "export_model.py"), shape,
                     directory)
        return directory

    def policy(self, shape, python):
        """The same model with a tokenizer and an end token, for whole steps of reinforcement learning."""
        script = os.path.join(self.scripts, "export_policy.py")
        with open(script, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()[:8]
        directory = os.path.join(self.models(), f"{shape}-policy-{digest}")
        if not os.path.exists(directory):
            shutil.rmtree(directory + ".part", ignore_errors=True)
            self.run(f"writing the policy {shape}", python, script, self.model(shape, python), directory)
        return directory

    def gguf(self, shape, dtype, python):
        path = os.path.join(self.models(), f"{shape}-{dtype}.gguf")
        if not os.path.exists(path):
            self.run(f"writing {os.path.basename(path)}", python, os.path.join(self.scripts, "write_gguf.py"),
                     self.model(shape, python), path, dtype)
        return path

    # Running

    # C programs

    def compiled(self, name, *libraries):
        """A program made of one C file under peers/, made again where that has changed."""
        with open(os.path.join(self.scripts, name + ".c"), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()[:16]
        program = self.path("programs", f"{name}-{digest}")
        if not os.path.exists(program):
            os.makedirs(self.path("programs"), exist_ok=True)
            self.run(f"compiling {name}", os.environ.get("CC", "cc"), "-O2", "-o", program,
                     os.path.join(self.scripts, name + ".c"), *libraries)
        return program

    def run(self, what, *command, env=None):
        print(f"  {what}", flush=True)
        with open(self.log, "ab") as log:
            log.write(f"\n$ {' '.join(command)}\n".encode())
            log.flush()
            clean = dict(env or os.environ, PYTHONDONTWRITEBYTECODE="1")
            code = subprocess.run(command, stdout=log, stderr=log, env=clean).returncode
        if code != 0:
            raise SetupError(f"{what}: `{os.path.basename(command[0])}` ended with {code}; see {self.log}")


def reachable(address):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=5):
            return True
    except OSError:
        return False
