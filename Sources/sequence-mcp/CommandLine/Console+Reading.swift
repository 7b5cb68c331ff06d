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
    // Two ids that begin alike stand beside each other.
    let sorted = Set(ids).sorted()
    var shared = 0
    for (id, next) in zip(sorted, sorted.dropFirst()) {
      // Most share less than what is shown in any case.
      guard id.utf8.prefix(shared + 1).elementsEqual(next.utf8.prefix(shared + 1)) else { continue }
      shared = zip(id.utf8, next.utf8).prefix { $0 == $1 }.count
    }
    length = min(36, max(8, shared + 1))
  }

  func of(_ id: String) -> String { id.utf8.count <= length ? id : String(id.unicodeScalars.prefix(length)) }
}
