"""比值测量: what the platform takes, beside a peer or a limit, in one run on one machine."""
