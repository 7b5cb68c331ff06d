/// A path as the user wrote it on the command line, in a variable or in a client's settings. Most clients expand nothing.
package enum NamedPath {
  /// Returns the path with a leading `~/` replaced by the home directory.
  package static func expanded(_ path: String, home: String?) -> String {
    guard path.utf8.starts(with: "~/".utf8), let home else { return path }
    return FilePath.join(home, String(path[path.utf8.index(path.startIndex, offsetBy: 2)...]))
  }

  /// Returns why a path that does not exist may not be the intended one, and the directory searched if it is relative; nil if
  /// nothing is suspicious.
  package static func doubt(_ path: String, workingDirectory: String = FilePath.currentDirectory) -> String? {
    if path.isEmpty { return "the path is empty; a variable that it was made from may not be set" }
    let place = FilePath.isAbsolute(path) ? "" : "; it was looked for in \(workingDirectory)"
    if path.unicodeScalars.contains("\u{FFFD}") {
      return "a part of it is not UTF-8, which no path here may be" + place
    }
    if let slip = slip(in: path) {
      let reason = slip.isForShell ? ": clients start programs without a shell" : ""
      return "\(slip.message)\(reason); \(slip.help)" + place
    }
    if path.hasPrefix("~/") { return "'~/' needs a home directory, and HOME is not set; write the full path" }
    if path.hasPrefix("~") { return "only a leading '~/' is expanded; write the full path" + place }
    if let variable = unexpanded(path) {
      return "'\(variable)' was not expanded, since clients start programs without a shell; write the full path" + place
    }
    return place.isEmpty ? nil : "it was looked for in \(workingDirectory)"
  }

  /// Returns what nobody means in a path, such as quotes or a Windows path, and whether a shell would have read it as it is
  /// meant; nil for a path that may be meant.
  package static func slip(in path: String) -> (message: String, help: String, isForShell: Bool)? {
    if let first = path.first, "\"'".contains(first), path.count > 1, path.last == first {
      return ("the quotes are part of the path", "leave them out", true)
    }
    if path.lowercased().hasPrefix("file://") {
      return ("this is a URL", "write the path that follows 'file://'", false)
    }
    if isOfWindows(path) {
      return ("this is a Windows path", "WSL has the drive C: at /mnt/c", false)
    }
    if let backslash = path.utf8.firstIndex(of: UInt8(ascii: "\\")) {
      let isBeforeBlank = path.utf8[backslash...].dropFirst().first == UInt8(ascii: " ")
      return (
        "the backslashes are part of the path", isBeforeBlank ? "leave them out" : "write '/' between names",
        isBeforeBlank
      )
    }
    if path.utf8.first == UInt8(ascii: " ") || path.utf8.last == UInt8(ascii: " ") {
      return ("the path starts or ends with a space", "leave it out", false)
    }
    return nil
  }

  private static func isOfWindows(_ path: String) -> Bool {
    let bytes = Array(path.utf8.prefix(3))
    return path.hasPrefix("\\\\")
      || bytes.count == 3 && bytes[0].isASCIILetter && bytes[1] == UInt8(ascii: ":")
        && (bytes[2] == UInt8(ascii: "\\") || bytes[2] == UInt8(ascii: "/"))
  }

  /// Returns the first `$HOME`, `${HOME}` or `%APPDATA%` in the path. A `$` or `%` that starts no name is an ordinary
  /// character.
  package static func unexpanded(_ path: String) -> String? {
    var rest = Substring(path)
    while let start = rest.firstIndex(where: { $0 == "$" || $0 == "%" }) {
      let sign = rest[start]
      rest = rest[rest.index(after: start)...]
      let isBraced = sign == "$" && rest.hasPrefix("{")
      let name = (isBraced ? rest.dropFirst() : rest).prefix { $0 == "_" || $0.isLetter || $0.isNumber }
      guard let first = name.first, !first.isNumber else { continue }
      let after = rest[name.endIndex...]
      switch sign {
      case "$" where !isBraced: return "$" + name
      case "$" where after.hasPrefix("}"): return "${" + name + "}"
      case "%" where after.hasPrefix("%"): return "%" + name + "%"
      default: continue
      }
    }
    return nil
  }
}
