"""Golden files for HFFilesTests: python3 generate.py (safetensors 0.5.3, no torch; 2026-11-21)."""
import json, struct, os
from safetensors import serialize, __version__

os.chdir(os.path.dirname(os.path.abspath(__file__)))
f32 = lambda *v: struct.pack(f"<{len(v)}f", *v)
u16 = lambda *v: struct.pack(f"<{len(v)}H", *v)

def save(path, tensors):
    table = {n: {"dtype": d, "shape": s, "data": b} for n, (d, s, b) in tensors.items()}
    open(path, "wb").write(serialize(table, {"format": "pt"}))

# bf16: 1, -2, 3.140625, +inf; f16: 1, -2, 2**-24 (smallest subnormal), 65504 (largest).
save("every-type.safetensors", {
    "floats": ("float32", [2, 3], f32(1, -2.5, 3e-40, float("inf"), -0.0, 0.1)),
    "brain": ("bfloat16", [4], u16(0x3F80, 0xC000, 0x4049, 0x7F80)),
    "half": ("float16", [2, 2], u16(0x3C00, 0xC000, 0x0001, 0x7BFF)),
    "long": ("int64", [3], struct.pack("<3q", 1, -1, 2**40)),
    "int": ("int32", [2], struct.pack("<2i", 7, -7)),
    "flags": ("bool", [3], bytes([1, 0, 1])),
    "scalar": ("float32", [], f32(42)),
    "empty": ("float32", [0, 5], b""),
})

os.makedirs("sharded", exist_ok=True)
save("sharded/model-00001-of-00002.safetensors", {"a.weight": ("float32", [2], f32(1, 2)), "b.weight": ("float32", [1], f32(3))})
save("sharded/model-00002-of-00002.safetensors", {"c.weight": ("bfloat16", [2], u16(0x4080, 0x40A0))})
json.dump({"metadata": {"total_size": 16}, "weight_map": {
    "a.weight": "model-00001-of-00002.safetensors", "b.weight": "model-00001-of-00002.safetensors",
    "c.weight": "model-00002-of-00002.safetensors"}}, open("sharded/model.safetensors.index.json", "w"), indent=2)
print(__version__)
