"""Results in formats that other programs read."""

from grader.export.csv_grades import write_grades_csv
from grader.export.json_result import result_json

__all__ = ["result_json", "write_grades_csv"]
