"""抽签的写入: one service a step, one transaction each."""
