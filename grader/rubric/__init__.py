"""A rubric's YAML → Rubric, with every fault found at once, each with its file, its line and the nearest right name.

In: a file in plain YAML, and the checks that exist with the models of their parameters. Out: a Rubric.
This package must never judge, nor know any check by name. The file's shape:

    id: lab06                            # required: lower case, digits, `_`, `-`
    title: "Lab 06: Transfer learning"   # required
    recognised_by: [MobileNetV2, fine_tun]   # words or regular expressions that tell this lab's notebooks from others
    assets:
      datasets: [cats_and_dogs_filtered]
      weights: [MobileNetV2]
      sources:                           # optional: for what the grader doesn't know, or a mirror of what it knows
        flowers: {url: "https://…/flowers.zip", sha256: "…", bytes: 1234, folders: {train/rose: 400, train/tulip: 400}}
    run:                                 # all of it optional: what a run may use, and how much training is really done
      budget: {epochs: 1, steps: 2, images: 8, validation_steps: 1}
      limits: {cell_timeout_s: 60, total_timeout_s: 300, memory_mb: 4096}
      kernel_python: ""                  # "" is the grader's own Python
    for_each: backbone                   # optional: criteria are judged once for each of these (rubrics/README.md)
    backbones: [VGG16, MobileNetV2]
    criteria:                            # required, at least one
      - id: backbone_without_top         # required, each once
        title: MobileNetV2 without its classification layers     # required
        check: backbone_without_top      # optional: the id, where they are equal
        points: 4                        # required, 0 or more
        partial: 0.5                     # optional: the share of the points that `partly` earns
        section: notebook                # optional
        self_check: hint                 # optional: what a student sees before the deadline: name, hint or all
        parameters: {backbones: [MobileNetV2]}   # optional: rubrics/README.md lists those of every check
        wording:
          looked_for: "…"                # required; met, partly, not_met, undecided, hint, next_step are optional
          faults: {top_kept: "…"}        # optional: a sentence for each of the check's ways of getting it wrong

Only `true` and `false` are truth values (`yes`, `no`, `on` and `off` are words), a number with a leading zero is text,
and anchors and aliases (`&`, `*`) are refused: a rubric says what it means where it means it.
"""

from grader.rubric.loading import load_rubric

__all__ = ["load_rubric"]
