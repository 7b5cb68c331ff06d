import Platform

/// The location of this program's file, for clients that launch it without a shell's search path.
enum OwnBinary {
  /// Returns the absolute path by which this program was called. Links are kept, since an upgrade deletes the file that they
  /// lead to.
  static func pathAsCalled(_ console: Console) -> String {
    let target = path()
    guard let name = CommandLine.arguments.first, !name.isEmpty else { return target }
    // The shell's PWD keeps the links in the path.
    let working = [console.environment["PWD"].flatMap { FilePath.isAbsolute($0) ? $0 : nil }, "."].compactMap { $0 }
    let directories =
      name.contains("/") ? working : (console.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let candidates = FilePath.isAbsolute(name) ? [name] : directories.map { FilePath.absolute($0 + "/" + name) }
    return candidates.flatMap { [normalized($0), $0] }.first { FilePath.resolvingLinks($0) == target } ?? target
  }

  /// Returns the path without `.` and `..`. It leads elsewhere if a component is a link.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", !parts.isEmpty { parts.removeLast() } else { parts.append(part) }
    }
    return parts.map { "/" + $0 }.joined()
  }

  /// Returns the absolute path with links resolved.
  static func path() -> String {
    if let path = ExecutableFile.path() { return path }
    // The name that the caller passed.
    let name = CommandLine.arguments.first ?? "sequence-mcp"
    return name.contains("/") ? FilePath.resolvingLinks(name) : name
  }
}
