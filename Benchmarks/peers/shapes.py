"""The shapes of the benchmark models, all of the Qwen3 architecture with tied embeddings. Data only: no imports."""

SHAPES = {
    "nano": dict(
        hidden_size=128, intermediate_size=384, num_hidden_layers=4, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, vocab_size=512,
    ),
    "mini": dict(
        hidden_size=384, intermediate_size=1024, num_hidden_layers=6, num_attention_heads=6,
        num_key_value_heads=2, head_dim=64, vocab_size=4096,
    ),
    "small": dict(
        hidden_size=768, intermediate_size=2048, num_hidden_layers=12, num_attention_heads=12,
        num_key_value_heads=4, head_dim=64, vocab_size=32000,
    ),
}

# The longest output of issue 3 is 16,384 new tokens behind a prompt.
MAX_POSITIONS = 20480
ROPE_THETA = 1e6
NORM_EPSILON = 1e-6
