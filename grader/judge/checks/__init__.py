"""Every check that a rubric can name."""

from __future__ import annotations

import json
from functools import lru_cache
from types import MappingProxyType

from grader.judge.check import Check, Parameters, ReportCheck
from grader.judge.checks import accuracy, augmentation, backbone, freezing, head, preprocessing, report, training
from grader.records import Criterion

_ALL = (
    *backbone.CHECKS,
    *freezing.CHECKS,
    *augmentation.CHECKS,
    *preprocessing.CHECKS,
    *head.CHECKS,
    *training.CHECKS,
    *accuracy.CHECKS,
    *report.CHECKS,
)

CHECKS: MappingProxyType[str, Check | ReportCheck | accuracy.AccuracyCheck] = MappingProxyType(
    {check.name: check for check in _ALL}
)


def parameters_of(criterion: Criterion) -> Parameters:
    """What the rubric sets of the criterion's check; parsed once for a whole cohort."""
    return _parsed(criterion.check, json.dumps(criterion.parameters, sort_keys=True))


@lru_cache(maxsize=512)
def _parsed(check: str, parameters: str) -> Parameters:
    return CHECKS[check].parameters.model_validate(json.loads(parameters))
