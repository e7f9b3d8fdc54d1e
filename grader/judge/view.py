"""What one witness can show a check: its account of the model being judged, and how far the run came.

In: a Subject's accounts and the Evidence. Out: statements. Never decides an outcome: `joining` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from grader.records import (
    Account,
    Backbone,
    Cause,
    CellStatus,
    Evidence,
    Place,
    Says,
    Stage,
    Statement,
    Testimony,
    Trainable,
    Witness,
)


class Placed(Protocol):
    """Anything that stands somewhere in the hand-in: a fact, a stage, a layer."""

    @property
    def place(self) -> Place | None: ...

    @property
    def excerpt(self) -> str: ...


@dataclass(frozen=True)
class View:
    """One witness's view of the subject.

    `account` is None where the witness knows nothing of this model. `stages` are those of the whole
    chain of training, which may span several Keras models (feature extraction in one, fine-tuning in the next).
    """

    witness: Witness
    testimony: Testimony
    account: Account | None
    stages: tuple[Stage, ...]
    evidence: Evidence

    @property
    def backbone(self) -> Backbone | None:
        """The backbone in the model, or the last one loaded where the model has none."""
        if self.account is not None and self.account.backbone.in_model.value is not False:
            return self.account.backbone
        if self.testimony.loaded:
            return self.testimony.loaded[-1]
        return self.account.backbone if self.account is not None else None

    @property
    def precomputed(self) -> bool:
        """Features were computed once, so that the backbone could not learn."""
        return self.account is not None and self.account.features_precomputed.value is True

    @property
    def ran_to_the_end(self) -> bool:
        """Every code cell ran without an error: what the run has not seen did not happen."""
        runs = self.evidence.cell_runs
        return bool(runs) and all(r.status == CellStatus.OK for r in runs)

    @property
    def students_cause(self) -> Cause | None:
        """The first cause that is the student's own, if the run was stopped by one."""
        return next((c for c in self.evidence.causes if c.kind.is_students), None)

    @property
    def fine_tuning(self) -> Stage | None:
        """The first later training in which something of the backbone can learn, else the second training."""
        later = self.stages[1:]
        thawed = [s for s in later if s.backbone_trainable.is_known_as(Trainable.PART, Trainable.ALL)]
        return thawed[0] if thawed else (later[0] if later else None)

    # ------------------------------------------------------------------ statements

    def yes(self, found: str, *facts: Placed | None) -> Statement:
        return self._say(Says.YES, "", found, facts)

    def partly(self, fault: str, found: str, *facts: Placed | None) -> Statement:
        return self._say(Says.PARTLY, fault, found, facts)

    def no(self, fault: str, found: str, *facts: Placed | None) -> Statement:
        return self._say(Says.NO, fault, found, facts)

    def cant_tell(self, *reasons: Placed | str) -> Statement:
        """Can't tell, with the first reason given; a place is kept where the fact has one."""
        facts = [r for r in reasons if not isinstance(r, str)]
        texts = [r if isinstance(r, str) else getattr(r, "why", "") for r in reasons]
        found = next((t for t in texts if t), "this can't be told")
        return self._say(Says.CANT_TELL, "", found, tuple(facts))

    def _say(self, says: Says, fault: str, found: str, facts: tuple[Placed | None, ...]) -> Statement:
        place, excerpt = _first_place(facts)
        return Statement(witness=self.witness, says=says, fault=fault, found=found, place=place, excerpt=excerpt)


def _first_place(facts: tuple[Placed | None, ...]) -> tuple[Place | None, str]:
    present = [f for f in facts if f is not None]
    for fact in present:
        if fact.place is not None:
            return fact.place, fact.excerpt
    return None, next((f.excerpt for f in present if f.excerpt), "")
