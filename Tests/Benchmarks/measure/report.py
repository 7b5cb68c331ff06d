"""Collects numbers, and prints them as a table."""


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
