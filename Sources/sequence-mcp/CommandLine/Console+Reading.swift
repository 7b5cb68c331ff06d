import CSystem
import Platform

/// How what people read is laid out: the terminal's width, the home directory, times, ids. Diagnostics and commands to paste keep what
/// they name.
extension Console {
  private static let unknownWidth = 80

  /// The columns of the terminal that reports go to; what `COLUMNS` says if it is none; 80 if that is unknown, too.
  static func terminalWidth(_ environment: [String: String]) -> Int {
    let columns = system_terminal_columns(1)
    if columns > 0 { return max(40, Int(columns)) }
    return environment["COLUMNS"].flatMap { Int($0) }.map { max(40, min($0, 1000)) } ?? Console.unknownWidth
  }

  /// Prints text for people, wrapped between words; lines that begin with blanks stay as they are.
  func say(_ text: String) { out(TextWrap.text(text, width: width)) }

  /// The path as people read it: `~/` for the home directory, nothing hidden in it.
  func shown(path: String) -> String {
    VisibleText.escaped(FilePath.abbreviated(path, home: homeDirectory))
  }
}

/// Ids and keys, shortened to what tells them apart.
struct ShortIDs {
  private let length: Int

  /// - Parameters:
  ///   - ids: all that are shown together.
  ///   - isWide: leaves them whole.
  init(_ ids: some Sequence<String>, isWide: Bool) {
    if isWide {
      length = .max
      return
    }
    // Two ids that begin alike are neighbors then.
    let sorted = ids.map { (start: ShortIDs.start(of: $0), id: $0) }
      .sorted { $0.start == $1.start ? $0.id < $1.id : $0.start < $1.start }
    var shared = 0
    for (one, next) in zip(sorted, sorted.dropFirst()) {
      if one.start != next.start {
        shared = max(shared, (one.start ^ next.start).leadingZeroBitCount / 8)
      } else if one.id != next.id {
        shared = max(shared, zip(one.id.utf8, next.id.utf8).prefix { $0 == $1 }.count)
      }
    }
    length = min(36, max(8, shared + 1))
  }

  /// The first 16 bytes, which are faster to compare than texts.
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
