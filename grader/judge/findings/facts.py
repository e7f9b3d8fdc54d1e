"""What findings may build on: the trained transfer models, and facts on which the witnesses agree.

In: Evidence. Out: Facts. A fact that one witness contradicts is no fact here: in doubt there is no finding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.judge.subject import Chain, Subject, find_subjects
from grader.records import Account, CellStatus, Evidence, Fact, Measured, Place, Stage, Testimony, Trainable, Witness

_GENTLE = 5e-5
_GENTLE_SGD = 1e-3


@dataclass(frozen=True)
class Trained:
    """One transfer model that was trained here, as the run saw it, with the other witnesses beside it."""

    run: Chain
    others: tuple[Chain, ...]

    @property
    def account(self) -> Account:
        return self.run.first

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.run.stages

    @property
    def name(self) -> str:
        """The backbone's constructor, "" where it is not known."""
        return self.account.backbone.name.value or ""

    @property
    def called(self) -> str:
        """The model in words: `` `model` ``, or its backbone."""
        return f"`{self.account.label}`" if self.account.label else f"the model with {self.name or 'the backbone'}"

    @property
    def pretrained(self) -> bool:
        return self.account.backbone.weights.is_known_as("imagenet")

    def witnessed(self, witness: Witness) -> Chain | None:
        return next((c for c in self.others if c.first.witness == witness), None)

    def agreed(self, *path: str) -> Any:
        """A fact of the account, by the names that lead to it; None where unknown to the run, or contradicted."""
        return _agreed([_follow(chain.first, path) for chain in (self.run, *self.others)])

    def agreed_at(self, stage: int, name: str) -> Any:
        """The same of a stage. Witnesses that see another number of stages are not asked about single ones."""
        chains = [c for c in self.others if len(c.stages) == len(self.stages)]
        return _agreed([getattr(c.stages[stage], name) for c in (self.run, *chains)])

    def frozen(self, stage: int) -> bool:
        return bool(self.agreed_at(stage, "backbone_trainable") == Trainable.NONE)


@dataclass(frozen=True)
class Facts:
    """The evidence as findings see it. `models` is empty where the run can't be believed or saw none.

    `classifiers`: the same; where no transfer model is trained, the one that is trained in its place.
    """

    evidence: Evidence
    run: Testimony
    models: tuple[Trained, ...]
    classifiers: tuple[Trained, ...] = ()

    @property
    def ran_to_the_end(self) -> bool:
        runs = self.evidence.cell_runs
        return bool(runs) and all(r.status == CellStatus.OK for r in runs)


def facts_of(evidence: Evidence) -> Facts:
    """Sorts the evidence. Signs of tampering with the recorder leave no model that was measured."""
    run = evidence.testimony(Witness.RUN)
    remarks = [r for w in (Witness.SOURCE, Witness.RUN) for r in evidence.testimony(w).remarks]
    if not run.available or any(r.startswith("tampering:") for r in remarks):
        return Facts(evidence, Testimony(witness=Witness.RUN, available=False), ())
    trained = [model for subject in find_subjects(evidence) if (model := _trained(subject)) is not None]
    models = tuple(model for model in trained if model.run.has_backbone)
    return Facts(evidence, run, models, models or tuple(trained))


def _trained(subject: Subject) -> Trained | None:
    run = subject.chains.get(Witness.RUN)
    if run is None or not run.stages:
        return None
    return Trained(run, tuple(c for w, c in subject.chains.items() if w in (Witness.SOURCE, Witness.MODEL)))


def _follow(account: Account, path: tuple[str, ...]) -> Fact[Any]:
    value: Any = account
    for name in path:
        value = getattr(value, name)
    fact: Fact[Any] = value
    return fact


def _agreed(facts: list[Fact[Any]]) -> Any:
    telling = [f.value for f in facts if f.known]
    return facts[0].value if facts[0].known and all(value == facts[0].value for value in telling) else None


def gentle(stage: Stage) -> bool:
    """Whether the learning rate is one with which pretrained weights may safely learn from the start."""
    rate = stage.learning_rate.value
    return rate is None or rate <= (_GENTLE_SGD if stage.optimizer.value == "SGD" else _GENTLE)


def seen(what: str, value: object, fact: Fact[Any] | Place | None = None, by: Witness = Witness.RUN) -> Measured:
    """One measured value with its place."""
    place = fact.place if isinstance(fact, Fact) else fact
    return Measured(what=what, value=str(value), witness=by, place=place)


def rate_of(stage: Stage) -> str:
    """The learning rate as people write it: 0.001, 1e-05."""
    return f"{stage.learning_rate.value:g}" if stage.learning_rate.value is not None else "unknown"


def code(excerpt: str) -> str:
    """A line of code as prose quotes it; "" for none."""
    line = excerpt.strip().split("\n")[0]
    return f"`{line}`" if line and "`" not in line else line
