"""封存: committed transfers go into hash-chained blocks; nobody changes them unseen.

What was sealed is added up by account and business day as well, so that the balance of a day is
read from few rows.
"""

from shuangjian.foundation.ledger.call import call


def seal() -> list[int]:
    """Seal whatever is committed and unsealed (封存); one sealer at a time, others wait.

    Returns:
        The numbers of the blocks made; none where there was nothing to seal.
    """
    return [int(str(number)) for (number,) in call("SELECT ledger_seal()", ())]
