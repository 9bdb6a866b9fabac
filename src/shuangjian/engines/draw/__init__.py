"""抽签: tickets, commitments, public entropy, a seed, and ranks that any stranger recomputes.

The protocol is ``docs/algorithms/draw.md``. The steps, and what makes each file of the published
folder; documents have ``to_bytes()`` and ``from_bytes(data)``:

- init: ``announcement.Announcement`` (with ``entropy.DrandEntropy``, ``PhysicalEntropy``,
  ``Fallback``), ``verifier.stranger_verifier(mechanism)`` for ``verify.py``;
- freeze: ``roster.roster_bytes(rows)``, ``freeze.Freeze``;
- commit: ``nonce.commitment_of(...)``, ``nonce.Commitments``;
- seal: ``commit_document.sealed(...)``;
- run: ``beacon.DrandBeacon`` or ``PhysicalBeacon``, ``beacon.check_beacon(...)``,
  ``seed.seed_of(...)``, ``rank.ranked(...)``, ``rank.ranks_bytes(...)``,
  ``admission.admit(...)``, ``admission.admitted_bytes(...)``; or ``interval.IntervalDraw``;
- publish: ``transcript.Transcript``; abort: ``abort.Abort``;
- check: ``verification.verify_draw(folder)``.

What is against the protocol raises ``refusal.DrawRefusedError`` with a whole Chinese sentence.
"""
