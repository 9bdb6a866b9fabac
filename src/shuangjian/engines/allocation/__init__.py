"""录取: the mechanisms that turn wishes, tiers and a draw into places, with a reason per wish."""
