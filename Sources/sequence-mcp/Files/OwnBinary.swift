import Platform

/// Where this program's file is, for clients that launch it without a shell's search path.
enum OwnBinary {
  /// The path by which this program was called, absolute: not the one that links lead to, which an upgrade deletes.
  static func pathAsCalled(_ console: Console) -> String {
    let target = path()
    guard let name = CommandLine.arguments.first, !name.isEmpty else { return target }
    var candidates: [String] = []
    if name.hasPrefix("/") {
      candidates = [name]
    } else if name.contains("/") {
      // A shell's own idea of where it is keeps the links on the way.
      let shell = console.environment["PWD"].flatMap { $0.hasPrefix("/") ? $0 + "/" + name : nil }
      candidates = [shell, FilePath.absolute(name)].compactMap { $0 }
    } else {
      let directories = (console.environment["PATH"] ?? "").split(separator: ":").map(String.init)
      candidates = directories.map { FilePath.absolute($0 + "/" + name) }
    }
    return candidates.flatMap { [normalized($0), $0] }.first { FilePath.resolvingLinks($0) == target } ?? target
  }

  /// The path without `.` and `..`, which leads elsewhere if a link is on the way.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return parts.map { "/" + $0 }.joined()
  }

  /// The absolute path, links resolved.
  static func path() -> String {
    if let path = ExecutableFile.path() { return path }
    // What the caller said that it launched.
    let name = CommandLine.arguments.first ?? "sequence-mcp"
    return name.contains("/") ? FilePath.resolvingLinks(name) : name
  }
}
