"""演示政策: the invented city's own policy file, put into an installation's overlay."""

from pathlib import Path

_SHIPPED = Path(__file__).parent / "policies"
_FOLDER = "990100-demo"


def demo_policies(folder: Path) -> list[Path]:
    """Put the invented city's policies (演示政策) under an overlay folder; what is there stays.

    A file that is already there may have been changed by whoever tries the platform, so it is
    never written over.

    Args:
        folder: the installation's ``policies`` folder; made if absent.

    Returns:
        The files that were written now, in the order of their names.
    """
    target = folder / "cities" / _FOLDER
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for source in sorted((_SHIPPED / _FOLDER).glob("*.toml")):
        path = target / source.name
        if path.exists():
            continue
        # why: a crash while writing must not leave half a file, which would be refused later.
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(source.read_bytes())
        unfinished.replace(path)
        written.append(path)
    return written
