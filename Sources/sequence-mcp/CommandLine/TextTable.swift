/// A table in columns of equal width, for terminals and golden files.
enum TextTable {
  /// - Parameter rows: the first is the heading; all have as many cells as it.
  static func render(_ rows: [[String]], _ console: Console) -> String {
    guard let heading = rows.first else { return "" }
    let widths = heading.indices.map { column in rows.map { $0[column].unicodeScalars.count }.max() ?? 0 }
    return rows.enumerated().map { index, row in
      let cells = row.enumerated().map { column, cell in
        column == row.count - 1
          ? cell : cell + String(repeating: " ", count: widths[column] - cell.unicodeScalars.count)
      }
      let line = cells.joined(separator: "  ")
      return index == 0 ? console.styled(line, .bold) : line
    }.joined(separator: "\n")
  }
}
