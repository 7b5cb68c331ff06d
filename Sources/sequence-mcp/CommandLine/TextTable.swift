import Platform

/// A table in aligned columns, for terminals and golden files. If it is wider than the terminal, its cells wrap between words;
/// if that is not enough, each row becomes a list.
struct TextTable {
  /// The rows. The first one is the heading; all have the same number of cells.
  let rows: [[String]]
  /// The columns that are aligned right, such as amounts.
  var rightAligned: Set<Int> = []
  /// The columns whose cells are never wrapped.
  var unbreakable: Set<Int> = []
  /// The style of a cell, by its row (the heading is row 0) and its column; nil for none.
  var style: (_ row: Int, _ column: Int) -> TerminalStyle? = { _, _ in nil }

  static func render(_ rows: [[String]], _ console: Console) -> String { TextTable(rows: rows).text(console) }

  /// Returns the table, without a newline at its end.
  func text(_ console: Console) -> String {
    guard !rows.isEmpty else { return "" }
    guard let widths = widths(within: console.width) else { return list(console) }
    let isRight = rows[0].indices.map { rightAligned.contains($0) }
    var text: [UInt8] = []
    append(rows[0], 0, widths, isRight, console, to: &text)
    let heading = text.split(separator: 0x0A).map { console.styled(String(decoding: $0, as: UTF8.self), .bold) }
    text = Array(heading.joined(separator: "\n").utf8)
    for (number, row) in rows.enumerated().dropFirst() {
      text.append(0x0A)
      append(row, number, widths, isRight, console, to: &text)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let gapColumns = 2

  /// Appends a row, whose cells take as many lines as they need.
  private func append(
    _ row: [String], _ number: Int, _ widths: [Int], _ isRight: [Bool], _ console: Console, to text: inout [UInt8]
  ) {
    // Nearly every cell fits on one line.
    var wrapped: [Int: [String]] = [:]
    for column in row.indices where ColumnWidth.of(row[column]) > widths[column] {
      wrapped[column] = TextWrap.lines(row[column], width: widths[column])
    }
    for line in 0..<(wrapped.values.map(\.count).max() ?? 1) {
      if line > 0 { text.append(0x0A) }
      var missing = 0
      for column in row.indices {
        let lines = wrapped[column]
        var cell = lines.map { line < $0.count ? $0[line] : "" } ?? (line == 0 ? row[column] : "")
        let space = widths[column] - ColumnWidth.of(cell)
        if isRight[column] { missing += space }
        if !cell.isEmpty {
          text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: missing))
          missing = 0
          if number > 0, console.isColored, let style = style(number, column) { cell = style.applied(to: cell) }
          cell.withUTF8 { text.append(contentsOf: $0) }
        }
        missing += (isRight[column] ? 0 : space) + TextTable.gapColumns
      }
    }
  }

  /// Returns the width of each column; nil if breaking between words cannot make the table narrow enough.
  private func widths(within limit: Int) -> [Int]? {
    let columns = rows[0].indices
    var widths = [Int](repeating: 0, count: columns.count)
    for row in rows {
      for column in columns { widths[column] = max(widths[column], ColumnWidth.of(row[column])) }
    }
    let room = limit - TextTable.gapColumns * (columns.count - 1)
    guard widths.reduce(0, +) > room else { return widths }
    let least = columns.map { column in
      unbreakable.contains(column)
        ? widths[column]
        : rows.reduce(0) { max($0, $1[column].split(separator: " ").reduce(0) { max($0, ColumnWidth.of($1)) }) }
    }
    guard least.reduce(0, +) <= room else { return nil }
    var excess = widths.reduce(0, +) - room
    while excess > 0 {
      guard let widest = columns.filter({ widths[$0] > least[$0] }).max(by: { widths[$0] < widths[$1] }) else {
        return nil
      }
      widths[widest] -= 1
      excess -= 1
    }
    return widths
  }

  /// Returns each row as lines of a heading and its cell.
  private func list(_ console: Console) -> String {
    let headings = rows[0]
    let width = headings.map { ColumnWidth.of($0) }.max() ?? 0
    return rows.enumerated().dropFirst().map { number, row in
      row.indices.flatMap { column in
        console.row(
          headings[column], width + TextTable.gapColumns, row[column], heading: .bold, style(number, column))
      }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}

extension Console {
  /// Returns a heading and its text, as lines. Text that does not fit is wrapped in the same column.
  func row(
    _ head: String, _ column: Int, _ text: String, heading: TerminalStyle? = nil, _ style: TerminalStyle? = nil
  ) -> [String] {
    func styled(_ text: String, _ style: TerminalStyle?) -> String { style.map { self.styled(text, $0) } ?? text }
    let head = head + String(repeating: " ", count: max(1, column - ColumnWidth.of(head)))
    return TextWrap.lines(text, width: max(20, width - column)).enumerated().map { number, line in
      (number == 0 ? styled(head, heading) : String(repeating: " ", count: column)) + styled(line, style)
    }
  }
}

/// Ids and keys, shortened to a common length that still tells them apart.
struct ShortIDs {
  static let minLength = 8

  private let length: Int

  /// - Parameters:
  ///   - ids: All ids that are shown together.
  ///   - isWide: Whether they stay whole.
  init(_ ids: some Collection<String>, isWide: Bool) {
    if isWide {
      length = .max
      return
    }
    // Sorting makes ids with the same beginning neighbors. Few or none share their first 16 bytes, and integers sort faster.
    let starts = ids.map { ShortIDs.start(of: $0) }.sorted()
    var shared = 0
    var isAmbiguous = false
    for (one, next) in zip(starts, starts.dropFirst()) {
      if one == next {
        isAmbiguous = true
      } else {
        shared = max(shared, (one ^ next).leadingZeroBitCount / 8)
      }
    }
    if isAmbiguous {
      let sorted = ids.sorted()
      for (one, next) in zip(sorted, sorted.dropFirst()) where one != next {
        shared = max(shared, zip(one.utf8, next.utf8).prefix { $0 == $1 }.count)
      }
    }
    length = min(36, max(ShortIDs.minLength, shared + 1))
  }

  /// Returns the first 16 bytes as an integer, which is faster to compare than text.
  private static func start(of id: String) -> UInt128 {
    var id = id
    return id.withUTF8 { bytes in
      (0..<16).reduce(0) { $0 << 8 | UInt128($1 < bytes.count ? bytes[$1] : 0) }
    }
  }

  func of(_ id: String) -> String {
    if id.utf8.count <= length { return id }
    return String(id.utf8.prefix(length)) ?? String(id.unicodeScalars.prefix(length))
  }
}
