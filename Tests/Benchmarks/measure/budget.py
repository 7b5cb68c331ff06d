"""Holds numbers against the budget that the repository keeps in ratios and megabytes, never in milliseconds."""

import json
import pathlib
import sys

ALLOWANCE = 1.2


def over(values: dict[str, float], budget: pathlib.Path) -> list[str]:
    """- Returns: a line for each number that is more than 20 % over its budget, or that was not measured at all."""
    lines = []
    for key, allowed in json.loads(budget.read_text()).items():
        if key not in values:
            lines.append(f"not measured: {key}")
        elif values[key] > allowed * ALLOWANCE:
            lines.append(f"over budget: {key} is {values[key]:.2f}, allowed {allowed:.2f} + 20 %")
    return lines


def judge(values: dict[str, float], budget: pathlib.Path) -> int:
    """- Returns: the exit code."""
    lines = over(values, budget)
    print("\n".join(lines) or "budget: kept", file=sys.stderr if lines else sys.stdout)
    return 1 if lines else 0
