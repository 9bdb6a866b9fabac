"""账本函数的摘要: what the migrations install; a test says what to write when they change."""

from typing import Final

FUNCTIONS: Final[dict[str, str]] = {
    "ledger_account_line": "cd50a274cd72d785d4039f0453bb8405",
    "ledger_add_up": "7284a7ee76289bc6371169a07109f8b5",
    "ledger_balance_at": "064a4aa5574c7dd79022f0d67db9bbea",
    "ledger_balance_on": "f03626390bcb1de3d5eb40f541ea5176",
    "ledger_block_text": "b3d43a23af1af6c67c3956d077082d63",
    "ledger_check_account": "bebc196d2f60ffa7065d1e506deb776b",
    "ledger_check_leg": "66149481d1324d7d4305ee1f23171f17",
    "ledger_check_transfer": "60f148f106ad28cae2e7483a75b2e7f2",
    "ledger_due_holds": "41ab2dc6169115199a65b80acdec43c0",
    "ledger_entries": "0fbd3da9c6f3eb79a6ceb38feb5e20c7",
    "ledger_final_block": "632a2e0015ba1d0b8135c51748d25cf8",
    "ledger_final_until": "d6c03be23cbaa7aed17a9094a2eb5684",
    "ledger_legs_of": "9716081e2939f21c533d9648c745fe01",
    "ledger_moment": "3368c8b60a871c46de53cc1ea3dacfd8",
    "ledger_open_accounts": "08292582ffe8ab23af34a11b9ee62d28",
    "ledger_open_book": "230a1c690a72d42346acd415391bd86a",
    "ledger_refuse": "7e417c98a12deca5a084597fb7b1fe00",
    "ledger_refuse_limits": "ea48fa0293981c7abdfe445748279ad2",
    "ledger_refuse_resolution": "c841fe5d4a4164bc1b7c419e142f0c58",
    "ledger_register_reason": "004ec2cedf9e5905a38cce30e6708343",
    "ledger_repeat": "f2403a293fff0b9883fa96eac3a26151",
    "ledger_seal": "d7bd5d6ec4bd6f825d2793e42f12f6e0",
    "ledger_transfer": "786ef3ab152394f48be0b9e03c722306",
    "ledger_transfer_line": "4daa9b8acf92a895d8079e626bbea372",
    "ledger_transfers": "c11e2bcaf0737268eac0096068dd3c3e",
    "ledger_unsealed": "cc0fa9c3dc0572d597dd7de7c2f9d342",
    "ledger_write": "507aad251c113d0d3f9be86a0498f033",
    "refuse_change": "5d6cdcf44f5f958bd21b046bef01c82d",
}
"""MD5 of each function's text and settings, by name: a change is told, whoever made it."""
