"""公布前的核对: what does not pass our own verifiers is not published."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from shuangjian.engines.draw.verification import verify_draw
from shuangjian.foundation.draws.errors import NotVerifiedError
from shuangjian.foundation.draws.folder import write_folder


def require_verified(files: Mapping[str, bytes]) -> None:
    """Hold a whole folder before the verifier of draws and the checker of places (核对).

    Raises:
        NotVerifiedError: with what does not hold.
    """
    with tempfile.TemporaryDirectory(prefix="draw-") as made:
        folder = Path(made)
        write_folder(files, folder)
        report = verify_draw(folder)
        wrong = [each.text for each in report.violations]
        if report.market is not None and report.result is not None:
            # why: numpy takes a while to load, which mere ranks need not wait for.
            from shuangjian.engines.checker.check import check_allocation

            seed = bytes.fromhex(report.seed)
            checked = check_allocation(report.market, report.result, seed=seed)
            wrong += [each.sentence for each in checked.violations]
    if wrong:
        raise NotVerifiedError(wrong)
