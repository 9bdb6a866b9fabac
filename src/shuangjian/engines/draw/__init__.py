"""抽签: tickets, commitments, public entropy, a seed, and ranks that any stranger recomputes."""
