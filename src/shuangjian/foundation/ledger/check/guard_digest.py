"""防线的摘要: what the migrations install; a test says what to write when they change."""

from typing import Final

FUNCTIONS: Final[dict[str, str]] = {
    "ledger_account_line": "cd50a274cd72d785d4039f0453bb8405",
    "ledger_add_up": "7284a7ee76289bc6371169a07109f8b5",
    "ledger_balance_at": "064a4aa5574c7dd79022f0d67db9bbea",
    "ledger_balance_on": "0f4e77081351eae3bc22c39e6c172058",
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
    "ledger_seal": "a387a7efd3241ef65864cd8ecaa78173",
    "ledger_transfer": "786ef3ab152394f48be0b9e03c722306",
    "ledger_transfer_line": "4daa9b8acf92a895d8079e626bbea372",
    "ledger_transfers": "c11e2bcaf0737268eac0096068dd3c3e",
    "ledger_unsealed": "cc0fa9c3dc0572d597dd7de7c2f9d342",
    "ledger_write": "507aad251c113d0d3f9be86a0498f033",
    "refuse_change": "5d6cdcf44f5f958bd21b046bef01c82d",
}
"""MD5 of each function's text and settings, by name: a change is told, whoever made it."""

GUARDS: Final[dict[str, dict[str, str]]] = {
    "ledger_account": {
        "ledger_account_book": "f12b3e1e84d2ecc7c7b90900f62cc6cb",
        "ledger_account_fixed": "69a93cef46ef7dc6a53910787bf2343e",
        "ledger_account_form": "d6b1217b04eb5a619b61ee167a07698e",
        "ledger_account_kept": "e6ee8239335aee474dfd31d08dad6cdf",
        "ledger_account_limits": "d32f9807cea407c426021047498c7a58",
        "ledger_account_moves": "260f084e028151c8f56b44440be6176d",
        "ledger_account_no_truncate": "2d165f921d19180128430506fbe6b6ce",
        "ledger_account_once": "a90868b593bc0da506a8dd3d03912091",
    },
    "ledger_block": {
        "ledger_block_append_only": "f9c5f2653b5b6d09bb2b248d5e169a5c",
        "ledger_block_no_truncate": "1ffe8a4852835ec2e38520c5c4c638a4",
    },
    "ledger_book": {
        "ledger_book_append_only": "c7b3da64aea87195068dc2031be1d2f2",
        "ledger_book_form": "34aa38a0be02efa2419a47866c71f24d",
        "ledger_book_no_truncate": "c856dc3992e3440b62025cd068ad8c63",
    },
    "ledger_daytotal": {
        "ledger_daytotal_grows": "88c5bfa3acd5f6138d454a2ce30886c2",
        "ledger_daytotal_kept": "e04f153a3bd15fa69de03d2813a53a09",
        "ledger_daytotal_no_truncate": "fe07a8b60d52747ef29535549d1bca68",
    },
    "ledger_leg": {
        "ledger_leg_amounts": "4f8c44d11f38722d367928d014877e9e",
        "ledger_leg_append_only": "77f1d11092656f60ad894363edc778a7",
        "ledger_leg_credit": "6d53a229f69d7318cf154d921bd2e106",
        "ledger_leg_debit": "32e6430639a14afd66805d59f396013c",
        "ledger_leg_no_truncate": "1c2b4d4ad73dfaedf5e5d0d2bd5d5409",
        "ledger_leg_transfer": "297ae53bc5d614a4e0206e30242ccb18",
        "ledger_leg_whole": "fe4e9f9a71a4ad2edc75954111810f83",
    },
    "ledger_reason": {
        "ledger_reason_append_only": "badd5348df448c401dea3b01a2a0d835",
        "ledger_reason_form": "635bc09450f47a538adfabbf0792cd5a",
        "ledger_reason_no_truncate": "993a65871a82d73f1c46f63ef22f103d",
        "ledger_reason_once": "50c9e633a021c24207b2bba02d2d9602",
    },
    "ledger_transfer": {
        "ledger_transfer_append_only": "ceb4d976246c66d7fa02da38d10108ca",
        "ledger_transfer_form": "a2d819291db971199eedb0477a0df38f",
        "ledger_transfer_key": "f97fdea92ac42e1e900023b60e56ce97",
        "ledger_transfer_last_leg": "684c07264e632b0945886956d3ed21e4",
        "ledger_transfer_no_truncate": "6179fbee9cf39500d354345803161c7c",
        "ledger_transfer_of": "0fa43df70bf1748aaef73ab2b91ec0af",
        "ledger_transfer_once": "813083dd34a02257a2fb3155640beb7d",
        "ledger_transfer_whole": "a9247d3b32c6fdca859f136a96f4d965",
    },
}
"""MD5 of the definition of each trigger, constraint and unique index, by table and name."""
