"""Grades Keras lab notebooks: runs them in a sandbox, inspects the models that come out, judges, gives feedback.

The map of the house, in the order in which data flows; `pipeline` is the sentence, read it first:

    records      every noun that crosses between stages          errors       what a person can act on
    intake       files → Submission                              rubric       YAML → Rubric
    assets       data sets and weights, stand-ins                execute      notebook → Run, in a sandbox
    kernel_side  code for the student's kernel, untrusted        evidence     Submission + Run → Evidence
    reader_side  opens reports and pictures, in a child of execute's, in the sandbox
    judge        Evidence × Rubric → Result, pure                render       Result → terminal, HTML
    export       Result → CSV, JSON                              gradebook    evidence and results, kept
    database     the gradebook's rows, in SQLite or PostgreSQL   forking      work beside this process
    reference    trained solutions → Reference, kept in files    training     the solution, seed by seed
    pipeline     one submission, stage by stage                  cohort       many of them: order, resume
    marking      stored evidence, judged by any rubric
    publish      results → the folder of pages                   cli          commands, the only one that prints
    __main__     python -m grader

A stage imports `records`, `errors`, `forking` and no other stage; nothing here imports TensorFlow (tests hold both).
"""
