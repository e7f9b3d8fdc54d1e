"""The report's half of judging: which blocks answer which question, and what they show. Pure functions of Evidence.

Read `segments` (whose answer is whose), then `answers` (key ideas), `pictures` (code in screenshots) and `claims`
(numbers against the notebook). `view` is what a check of the rubric gets to see of them.
"""
