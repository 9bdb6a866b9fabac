"""抽签命令: ``draw …``, one module a noun; a command loads the engines that it needs."""
