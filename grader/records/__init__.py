"""Every noun that crosses between stages, and nothing that acts.

In: nothing. Out: immutable pydantic records that survive a round trip through JSON byte for byte.
These modules must never read a file, a clock or a random number, and import nothing of ours but each other.

Read them in the order in which data flows: submission, settings, run, fed, account, report, evidence, rubric, finding,
result, reference.

Conventions:
    cell: 1-based position in the notebook, Markdown cells included (what a reader counts from the top).
    line: 1-based within its cell.
    page: 1-based; box: (left, top, right, bottom) in points from the page's upper left corner.
    shape: a tuple of ints with None for an unknown size, batch first unless said otherwise.
"""

from grader.records.account import (
    Account,
    Augmentation,
    AugmentationLayer,
    Backbone,
    BatchStatistics,
    CallTraining,
    Head,
    Loss,
    Pooling,
    PoolingPart,
    Preprocessing,
    PreprocessingStep,
    Scaling,
    Site,
    Stage,
    StageKind,
    Testimony,
    Trainable,
)
from grader.records.base import Fact, Place, Record, Shape, Witness, cant_tell, known
from grader.records.evidence import Cause, CauseKind, Evidence, Notice
from grader.records.fed import Common, Evaluation, Fed, Labels, PictureSet, Reading
from grader.records.finding import Finding, Measured, Severity
from grader.records.reference import (
    Band,
    Quantity,
    Reference,
    ReferenceAsset,
    ReferenceFit,
    ReferenceModel,
    ReferenceSeed,
)
from grader.records.report import (
    AnswerReading,
    Block,
    BlockKind,
    Claim,
    ClaimVerdict,
    Furniture,
    IdeaFound,
    Picture,
    PictureReading,
    Report,
    ReportForm,
    ReportLimits,
    ReportProblem,
    TextLine,
    TokenRead,
)
from grader.records.result import CriterionResult, Result, Says, Statement
from grader.records.rubric import Criterion, Outcome, Reveal, Rubric, Wording
from grader.records.run import CellRun, CellStatus, Run, RunEnd, SavedModel
from grader.records.settings import (
    Assets,
    AssetSource,
    Budget,
    ExecutionSettings,
    Limits,
    SandboxKind,
    ServedDataset,
    ServedWeights,
)
from grader.records.submission import Cell, CellKind, IntakeRemark, Submission, Trouble

__all__ = [
    "Account",
    "AnswerReading",
    "AssetSource",
    "Assets",
    "Augmentation",
    "AugmentationLayer",
    "Backbone",
    "Band",
    "BatchStatistics",
    "Block",
    "BlockKind",
    "Budget",
    "CallTraining",
    "Cause",
    "CauseKind",
    "Cell",
    "CellKind",
    "CellRun",
    "CellStatus",
    "Claim",
    "ClaimVerdict",
    "Common",
    "Criterion",
    "CriterionResult",
    "Evaluation",
    "Evidence",
    "ExecutionSettings",
    "Fact",
    "Fed",
    "Finding",
    "Furniture",
    "Head",
    "IdeaFound",
    "IntakeRemark",
    "Labels",
    "Limits",
    "Loss",
    "Measured",
    "Notice",
    "Outcome",
    "Picture",
    "PictureReading",
    "PictureSet",
    "Place",
    "Pooling",
    "PoolingPart",
    "Preprocessing",
    "PreprocessingStep",
    "Quantity",
    "Reading",
    "Record",
    "Reference",
    "ReferenceAsset",
    "ReferenceFit",
    "ReferenceModel",
    "ReferenceSeed",
    "Report",
    "ReportForm",
    "ReportLimits",
    "ReportProblem",
    "Result",
    "Reveal",
    "Rubric",
    "Run",
    "RunEnd",
    "SandboxKind",
    "SavedModel",
    "Says",
    "Scaling",
    "ServedDataset",
    "ServedWeights",
    "Severity",
    "Shape",
    "Site",
    "Stage",
    "StageKind",
    "Statement",
    "Submission",
    "Testimony",
    "TextLine",
    "TokenRead",
    "Trainable",
    "Trouble",
    "Witness",
    "Wording",
    "cant_tell",
    "known",
]
