"""Which model of the notebook is judged, and which accounts of the witnesses describe it.

In: Evidence. Out: Subjects, each a chain of training (feature extraction, then perhaps fine-tuning in the same or
another Keras model) with every witness's account of it. Decides nothing about right or wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from grader.judge.view import View
from grader.records import Account, Evidence, Fact, Place, Stage, Testimony, Trainable, Witness


@dataclass(frozen=True)
class Chain:
    """One witness's accounts of what is one training to the student: the first model, and those that go on from it."""

    accounts: tuple[Account, ...]

    @property
    def first(self) -> Account:
        return self.accounts[0]

    @property
    def stages(self) -> tuple[Stage, ...]:
        """All stages in order. A later model's first stage continues only if its witness says so."""
        return tuple(stage for account in self.accounts for stage in account.stages)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(account.model_key for account in self.accounts if account.model_key)

    @property
    def has_backbone(self) -> bool:
        return self.first.backbone.in_model.value is not False or self.first.features_precomputed.value is True


@dataclass(frozen=True)
class Subject:
    """A model to judge: what each witness says of it. A witness that knows nothing of it is absent.

    `narrowed`: the testimonies without what they say of other backbones, where each is judged by itself.
    """

    chains: dict[Witness, Chain]
    description: str
    narrowed: dict[Witness, Testimony] = field(default_factory=dict)

    def view(self, witness: Witness, evidence: Evidence) -> View:
        chain = self.chains.get(witness)
        return View(
            witness=witness,
            testimony=self.narrowed.get(witness) or evidence.testimony(witness),
            account=chain.first if chain is not None else None,
            stages=chain.stages if chain is not None else (),
            evidence=evidence,
        )


def find_subjects(evidence: Evidence) -> tuple[Subject, ...]:
    """The models worth judging, in the order in which they were built; one without chains where none was seen.

    A demo that is never trained and a toy without a backbone are left out where there is a trained transfer model.
    """
    chains = {w: _worth_judging(_chains(evidence.testimony(w).accounts)) for w in Witness}
    anchors = chains[Witness.RUN] or chains[Witness.SOURCE]
    anchor_witness = Witness.RUN if chains[Witness.RUN] else Witness.SOURCE
    if not anchors:
        return (Subject(chains={}, description=""),)
    taken: dict[Witness, list[Chain]] = {w: list(chains[w]) for w in Witness}
    return tuple(_assemble(anchor, anchor_witness, taken, alone=len(anchors) == 1) for anchor in anchors)


def find_subjects_of(evidence: Evidence, backbone: str) -> tuple[Subject, ...]:
    """The models worth judging whose backbone is this one, () where no witness knows of any.

    What the run saw of them, else what the code says, else what was saved. A saved model belongs to the run's model
    whose key it bears, whatever backbone it turns out to hold: that they contradict each other is for a person.
    """
    own = {w: [a for a in evidence.testimony(w).accounts if a.backbone.name.is_known_as(backbone)] for w in Witness}
    keys = {account.model_key for account in own[Witness.RUN] if account.model_key}
    others = {a.model_key for a in evidence.testimony(Witness.RUN).accounts} - keys
    own[Witness.MODEL] = [a for a in evidence.testimony(Witness.MODEL).accounts if a.model_key in keys or
                          (a.backbone.name.is_known_as(backbone) and a.model_key not in others)]  # fmt: skip
    chains = {w: _worth_judging(_chains(tuple(accounts))) for w, accounts in own.items()}
    anchor_witness = next((w for w in (Witness.RUN, Witness.SOURCE, Witness.MODEL) if chains[w]), None)
    if anchor_witness is None:
        return ()
    anchors = chains[anchor_witness]
    taken: dict[Witness, list[Chain]] = {w: list(chains[w]) for w in Witness}
    subjects = (_assemble(anchor, anchor_witness, taken, alone=len(anchors) == 1) for anchor in anchors)
    return tuple(_narrowed(subject, evidence, backbone) for subject in subjects)


def _narrowed(subject: Subject, evidence: Evidence, backbone: str) -> Subject:
    """The subject with what its witnesses say of this backbone only: others' freezing is no freezing of it."""
    known_cells = _cells(a for chain in subject.chains.values() for a in chain.accounts)
    told = {}
    for witness in Witness:
        testimony = evidence.testimony(witness)
        own = subject.chains[witness].accounts if witness in subject.chains else ()
        cells = _cells(own) or known_cells
        later = [min(other) for a in testimony.accounts if a not in own and (other := _cells((a,)))]
        until = min((cell for cell in later if cells and cell > min(cells)), default=None)
        told[witness] = testimony.model_copy(update={
            "loaded": tuple(b for b in testimony.loaded if b.name.is_known_as(backbone)),
            "freezings": tuple(f for f in testimony.freezings if _between(f, min(cells, default=0), until)),
        })  # fmt: skip
    return Subject(subject.chains, subject.description, told)


def _cells(accounts: Iterable[Account]) -> set[int]:
    """Where these models are made and trained."""
    places: list[Place | None] = []
    for account in accounts:
        places += [account.place, account.backbone.name.place, *(s.place for s in account.stages)]
    return {place.cell for place in places if place is not None and place.cell is not None}


def _between(freezing: Fact[Trainable], first: int, until: int | None) -> bool:
    cell = freezing.place.cell if freezing.place is not None else None
    return cell is None or (first <= cell and (until is None or cell < until))


def _chains(accounts: tuple[Account, ...]) -> tuple[Chain, ...]:
    """Joins a fine-tuning in a new Keras model to the feature extraction that it follows."""
    chains: list[Chain] = []
    for account in accounts:
        previous = next((c for c in reversed(chains) if _follows(account, c)), None)
        if previous is None:
            chains.append(Chain((account,)))
        else:
            chains[chains.index(previous)] = Chain((*previous.accounts, account))
    return tuple(chains)


def _follows(account: Account, chain: Chain) -> bool:
    """A model that starts with the weights which another was left with, as when it was saved and loaded; or one whose
    backbone can learn, after one that was only trained frozen: from what that starts is a question of its own
    (`fine_tuning_continues`)."""
    if not account.stages or not chain.stages:
        return False
    if account.starts_from and account.starts_from in chain.keys:
        return True
    fine_tunes = account.stages[0].backbone_trainable.is_known_as(Trainable.PART, Trainable.ALL)
    extracted = all(s.backbone_trainable.is_known_as(Trainable.NONE) for s in chain.stages)
    return fine_tunes and extracted and _same_backbone(account, chain.first)


def _same_backbone(account: Account, other: Account) -> bool:
    names = {a.backbone.name.value for a in (account, other) if a.backbone.name.known}
    return len(names) <= 1 and account.backbone.in_model.value is not False


def _worth_judging(chains: tuple[Chain, ...]) -> tuple[Chain, ...]:
    with_backbone = [c for c in chains if c.has_backbone]
    trained = [c for c in with_backbone if c.stages]
    if trained:
        return tuple(trained)
    return tuple(with_backbone[-1:] or chains[-1:])


def _assemble(anchor: Chain, witness: Witness, left: dict[Witness, list[Chain]], *, alone: bool) -> Subject:
    found = {witness: anchor}
    for other in Witness:
        if other == witness:
            continue
        best = max(left[other], key=lambda c: _likeness(anchor, c), default=None)
        lone = alone and len(left[other]) == 1
        if best is not None and (lone or _likeness(anchor, best) > 0):
            found[other] = best
            if not alone:
                left[other].remove(best)
    return Subject(chains=found, description=_describe(anchor))


def _likeness(one: Chain, other: Chain) -> int:
    """How surely two witnesses speak of the same model: by the recorder's key, else by place."""
    if one.keys and other.keys:
        return 100 if one.keys & other.keys else 0
    names = (one.first.backbone.name, other.first.backbone.name)
    if all(name.known for name in names) and names[0].value != names[1].value:
        return 0
    score = 0
    if one.stages and other.stages:
        score += 8 * _same_cell(one.stages[0], other.stages[0])
    score += 4 * _same_cell(one.first, other.first)
    score += 2 * (all(n.known for n in names) and names[0].value == names[1].value)
    score += bool(one.first.label) and one.first.label == other.first.label
    return score


def _same_cell(one: Account | Stage, other: Account | Stage) -> bool:
    return one.place is not None and other.place is not None and one.place.cell == other.place.cell


def _describe(chain: Chain) -> str:
    name = f"the model `{chain.first.label}`" if chain.first.label else "the model"
    built = f" built in cell {chain.first.place.cell}" if chain.first.place and chain.first.place.cell else ""
    cells = [str(s.place.cell) for s in chain.stages if s.place is not None and s.place.cell is not None]
    cells = list(dict.fromkeys(cells))
    if not cells:
        return f"{name}{built}, never trained"
    noun = "cell" if len(cells) == 1 else "cells"
    return f"{name}{built}, trained in {noun} {' and '.join(cells)}"
