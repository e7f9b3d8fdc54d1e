"""Every check that a rubric can name."""

from __future__ import annotations

from types import MappingProxyType

from grader.judge.check import Check, ReportCheck
from grader.judge.checks import augmentation, backbone, freezing, head, preprocessing, report, training

_ALL = (
    *backbone.CHECKS,
    *freezing.CHECKS,
    *augmentation.CHECKS,
    *preprocessing.CHECKS,
    *head.CHECKS,
    *training.CHECKS,
    *report.CHECKS,
)

CHECKS: MappingProxyType[str, Check | ReportCheck] = MappingProxyType({check.name: check for check in _ALL})
