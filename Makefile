# Two commands do everything: `make grade` and `make test`. Both set up what they need, once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: grade grade-cifar10 grade-findings test test-slow test-unit lint format bench bench-rerun bench-reports bench-findings proving proving-mutants clean

grade: $(READY) sandbox compiled  ## Grade the sample cohort into out/lab06/
	@$(BIN)/grader grade submissions/lab06 --rubric rubrics/lab06.yaml --out out/lab06

grade-cifar10: $(READY) sandbox compiled  ## Grade the students with seven backbones into out/cifar10-backbones/: minutes each
	@$(BIN)/grader grade submissions/cifar10-backbones --rubric rubrics/cifar10-backbones.yaml --out out/cifar10-backbones

grade-findings: $(READY) sandbox compiled  ## Grade ten students of Lab 06 with grave findings into out/lab06-findings/
	@$(BIN)/grader grade submissions/lab06-findings --rubric rubrics/lab06.yaml --out out/lab06-findings

test: $(READY) sandbox compiled  ## All tests: unit, kernel, end to end
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

test-slow: $(READY) sandbox compiled  ## What `make test` leaves out: minutes a notebook, and what other tests hold in other words
	@$(BIN)/python -m pytest -m slow -n 2 --dist loadfile --no-loadscope-reorder

test-unit: $(READY)  ## Only the tests that start no kernel: seconds
	@$(BIN)/python -m pytest -n auto -m "not kernel and not end_to_end"

lint: $(READY)  ## Style and types
	@$(BIN)/ruff check grader tests
	@$(BIN)/mypy
	@cd grader/reader_side && ../../$(BIN)/mypy --config-file ../../pyproject.toml --explicit-package-bases --allow-untyped-calls $$(ls *.py | grep -v __init__)

format: $(READY)
	@$(BIN)/ruff check --fix grader tests
	@$(BIN)/ruff format grader tests

bench: $(READY) sandbox  ## What one submission costs beside a bare TensorFlow process
	@$(BIN)/python tests/bench/cost.py

bench-reports: $(READY)  ## How well reports are read: questions, answers, pictures
	@$(BIN)/python tests/bench/reports/segmentation.py
	@$(BIN)/python tests/bench/reports/answers.py --half measuring
	@$(BIN)/python tests/bench/reports/pictures.py
	@$(BIN)/python tests/bench/reports/reading.py

bench-findings: $(READY)  ## Every finding where it must be found, and near twins where it must be silent
	@$(BIN)/python tests/bench/findings.py

bench-rerun: $(READY) sandbox  ## How many notebooks that can't run as they stand reach their training
	@$(BIN)/python tests/bench/rerun.py

proving: $(READY) sandbox compiled  ## How right the grader itself is, on a thousand notebooks whose faults are known
	@$(BIN)/python -m tests.proving $(PROVING)

proving-mutants: $(READY)  ## Whether that table notices faults that are planted in the grader's own checks
	@$(BIN)/python -m tests.proving.mutants

clean:
	rm -rf $(VENV) out build *.egg-info

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12 grade"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh .ci/apt-install python3-venv || \
	  { echo "Python's venv module is missing. Install it: sudo apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once; TensorFlow is a download of some 600 MB) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.PHONY: sandbox
sandbox:
	@command -v bwrap >/dev/null || sh .ci/apt-install bubblewrap || \
	  { echo "bubblewrap is missing: student code is only run inside a sandbox. Install it: sudo apt-get install bubblewrap"; exit 1; }

# What runs in sandboxes can't leave its compiled form behind, and would be compiled for every submission anew.
.PHONY: compiled
compiled: $(READY)
	@$(BIN)/python -m compileall -q grader
