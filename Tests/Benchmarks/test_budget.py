"""Proves that the budget fails when it should, by the command that judges a written report."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
BUDGET = json.loads((HERE / "budget.json").read_text())


class BudgetTests(unittest.TestCase):
    def judge(self, values: dict[str, float]) -> subprocess.CompletedProcess:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as report:
            json.dump(values, report)
            report.flush()
            command = [sys.executable, str(HERE / "run"), "--judge", report.name]
            return subprocess.run(command, capture_output=True, text=True)

    def test_numbers_on_the_budget_are_kept(self):
        self.assertEqual(self.judge(BUDGET).returncode, 0)

    def test_each_number_19_percent_over_is_kept(self):
        self.assertEqual(self.judge({key: allowed * 1.19 for key, allowed in BUDGET.items()}).returncode, 0)

    def test_any_one_number_21_percent_over_fails_and_is_named(self):
        for key, allowed in BUDGET.items():
            with self.subTest(key):
                judged = self.judge(BUDGET | {key: allowed * 1.21})
                self.assertEqual(judged.returncode, 1)
                self.assertIn(f"over budget: {key} is", judged.stderr)

    def test_a_number_that_was_not_measured_fails_and_is_named(self):
        for key in BUDGET:
            with self.subTest(key):
                judged = self.judge({other: value for other, value in BUDGET.items() if other != key})
                self.assertEqual(judged.returncode, 1)
                self.assertIn(f"not measured: {key}", judged.stderr)


if __name__ == "__main__":
    unittest.main()
