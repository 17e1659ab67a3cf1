"""Writes the linear-rope fixture beside this file: a tiny random Llama with linearly stretched positions, and what
transformers computes with it.

    pip install torch transformers safetensors numpy
    python generate.py

Seeded; a second run with the same library versions gives the same numbers.
"""
import json, pathlib
import torch, transformers
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

here = pathlib.Path(__file__).parent
torch.set_num_threads(1)
scaling = dict(rope_type="linear", factor=4.0)
config = LlamaConfig(
    vocab_size=40, hidden_size=24, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
    num_key_value_heads=1, head_dim=12, max_position_embeddings=256, rms_norm_eps=1e-5, tie_word_embeddings=True,
    bos_token_id=1, eos_token_id=2, pad_token_id=0, rope_parameters=dict(rope_theta=10000.0, **scaling))
config._attn_implementation = "eager"
model = LlamaForCausalLM(config).eval()
generator = torch.Generator().manual_seed(11)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        x = torch.randn(parameter.shape, generator=generator)
        parameter.copy_(1 + 0.2 * x if "norm" in name else 0.4 * x)
model.tie_weights()
model.save_pretrained(here)
ids = torch.randint(3, 40, (1, 120), generator=generator)
with torch.no_grad():
    logits = model(input_ids=ids).logits
logprobs = torch.log_softmax(logits[:, :-1], -1).gather(-1, ids[:, 1:, None])[..., 0]
save_file(
    {"input_ids": ids, "logits": logits.contiguous(), "logprobs": logprobs.contiguous(),
     "inverse_frequencies": model.model.rotary_emb.inv_freq.clone()}, str(here / "expected.safetensors"))
v5 = json.loads((here / "config.json").read_text())
(here / "config.v5.json").write_text(json.dumps(v5, indent=2) + "\n")
# The spelling of published checkpoints, with the older name `type` for `rope_type`.
hub = {k: v for k, v in v5.items() if k not in ("rope_parameters", "dtype", "layer_types")}
hub |= dict(rope_theta=10000.0, rope_scaling=dict(type="linear", factor=4.0), torch_dtype="float32")
(here / "config.json").write_text(json.dumps(hub, indent=2) + "\n")
(here / "generation_config.json").unlink(missing_ok=True)
print(torch.__version__, transformers.__version__)
