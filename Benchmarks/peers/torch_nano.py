"""The same two jobs as `bench`, in torch and transformers: pip install torch transformers."""
import statistics, time
import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

torch.manual_seed(0)
config = Qwen3Config(
    vocab_size=512, hidden_size=128, intermediate_size=384, num_hidden_layers=4, num_attention_heads=4,
    num_key_value_heads=2, head_dim=32, max_position_embeddings=1024, tie_word_embeddings=True,
    bos_token_id=None, eos_token_id=None, pad_token_id=0)
config._attn_implementation = "sdpa"
model = Qwen3ForCausalLM(config)


def rate(work, repetitions, body):
    body()
    rates = []
    for _ in range(repetitions):
        start = time.perf_counter()
        body()
        rates.append(work / (time.perf_counter() - start))
    return f"{statistics.median(rates):.0f} tokens/s   {min(rates):.0f} … {max(rates):.0f}"


ids = torch.randint(0, 512, (16, 256))
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4)


def step():
    optimizer.zero_grad(set_to_none=True)
    model(input_ids=ids, labels=ids).loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


print(f"torch {torch.__version__}, {torch.get_num_threads()} threads, fp32")
print("torch train step nano 16x256    ", rate(16 * 256, 7, step))
for count in (1, 8, 64):
    prompt = torch.randint(1, 512, (count, 64))

    @torch.no_grad()
    def generate():
        model.generate(prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=256, min_new_tokens=256,
                       do_sample=True, top_k=0, pad_token_id=0)

    print(f"transformers generate nano B={count}  ", rate(count * 256, 3, generate))
