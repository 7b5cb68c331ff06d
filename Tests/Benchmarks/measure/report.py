"""Collects numbers, prints them as a table, and holds them against a budget."""

import json
import pathlib
import sys


class Report:
    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self.rows: list[tuple[str, str, str]] = []

    def add(self, key: str, label: str, value: float, unit: str, target: str = "") -> None:
        self.values[key] = value
        shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
        self.rows.append((label, f"{shown} {unit}".strip(), target))

    def print(self) -> None:
        widths = [max(len(row[column]) for row in self.rows) for column in range(3)]
        for label, value, target in self.rows:
            print(f"{label:<{widths[0]}}  {value:>{widths[1]}}  {target}".rstrip())

    def check(self, budget: pathlib.Path) -> int:
        """A number may be 20 % over its budget; the budget is kept in ratios and bytes, never in milliseconds."""
        failures = 0
        for key, allowed in json.loads(budget.read_text()).items():
            actual = self.values[key]
            if actual > allowed * 1.2:
                failures += 1
                print(f"over budget: {key} is {actual:.2f}, allowed {allowed:.2f} + 20 %", file=sys.stderr)
        print("budget: " + ("kept" if failures == 0 else f"{failures} over"))
        return 1 if failures else 0
