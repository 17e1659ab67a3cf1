"""transformers and torch at the jobs that Apus is timed on. One model per process; one JSON line in, one out.

    transformers_worker.py MODEL_DIRECTORY fp32|bf16|bf16-weights|bf16-autocast THREADS

`bf16` computes in bf16. `bf16-weights` rounds linear layers and head to bf16 and computes in fp32, which is what Apus does with
`rollout.weight_dtype: bf16`: it is for comparing answers, not for timing. `bf16-autocast` has fp32 weights and computes products
in bf16, as people train with torch.

Requests: {"job": "generate", "rows": 64, "prompt": 64, "new": 256}
          {"job": "greedy", "prompts": [[1, 2, 3]], "new": 64}
          {"job": "train", "sequences": 16, "length": 256}
"""

import json
import resource
import sys
import time

import torch
import transformers
from transformers import AutoModelForCausalLM


class Worker:
    def __init__(self, directory, dtype):
        transformers.utils.logging.disable_progress_bar()
        kind = torch.bfloat16 if dtype == "bf16" else torch.float32
        self.model = AutoModelForCausalLM.from_pretrained(directory, dtype=kind, attn_implementation="sdpa").eval()
        self.vocabulary = self.model.config.vocab_size
        self.optimizer = None
        self.autocasts = dtype == "bf16-autocast"
        if dtype == "bf16-weights":
            # Apus rounds what is multiplied: linear layers and head. A tied embedding stays as it is where it is looked up.
            with torch.no_grad():
                for module in self.model.modules():
                    if isinstance(module, torch.nn.Linear):
                        module.weight = torch.nn.Parameter(module.weight.bfloat16().float())

    def generate(self, rows, prompt, new):
        """Samples `new` tokens for each row from the whole distribution; the seconds cover prompt and output."""
        ids = torch.randint(1, self.vocabulary, (rows, prompt), generator=torch.Generator().manual_seed(rows))
        start = time.perf_counter()
        output = self.model.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=new, do_sample=True, temperature=1.0,
            top_k=0, top_p=1.0, eos_token_id=None, pad_token_id=0)
        seconds = time.perf_counter() - start
        if tuple(output.shape) != (rows, prompt + new):
            raise RuntimeError(f"generate gave {tuple(output.shape)}, expected {(rows, prompt + new)}")
        return dict(seconds=seconds, tok_s=rows * new / seconds)

    @torch.no_grad()
    def greedy(self, prompts, new):
        """The most probable continuation of each prompt, and by how much each token's logit leads the next."""
        answers = []
        for prompt in prompts:
            output = self.model.generate(
                torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                max_new_tokens=new, do_sample=False, eos_token_id=None, pad_token_id=0)
            best = self.model(output).logits[0, len(prompt) - 1:-1].float().topk(2)
            answers.append(dict(
                tokens=output[0, len(prompt):].tolist(), second=best.indices[:, 1].tolist(),
                lead=(best.values[:, 0] - best.values[:, 1]).tolist()))
        return dict(answers=answers)

    def train(self, sequences, length):
        """Forward, backward, gradient clipping and AdamW, once; the most memory that this process ever had."""
        self.model.train()
        if self.optimizer is None:
            self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-4)
        ids = torch.randint(0, self.vocabulary, (sequences, length), generator=torch.Generator().manual_seed(0))
        start = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.autocasts):
            loss = self.model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        seconds = time.perf_counter() - start
        # Linux gives it in KiB.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
        return dict(seconds=seconds, tok_s=sequences * length / seconds, peak_rss_bytes=peak)


def main():
    directory, dtype, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    torch.manual_seed(0)
    worker = Worker(directory, dtype)
    jobs = {"generate": worker.generate, "greedy": worker.greedy, "train": worker.train}
    print(json.dumps(dict(
        torch=torch.__version__, transformers=transformers.__version__, threads=torch.get_num_threads(),
        vocabulary=worker.vocabulary)), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = jobs[request.pop("job")](**request)
        except Exception as error:  # the other end shows it, and decides what to do without this peer
            answer = dict(error=f"{type(error).__name__}: {error}")
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
