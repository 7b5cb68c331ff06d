import Platform

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Where this program's file is, for clients that launch it without a shell's search path.
enum OwnBinary {
  /// The first word of the command line.
  // `nonisolated(unsafe)`: the entry point writes it as the first thing in the process, when there is one thread, and nothing
  // else ever does.
  nonisolated(unsafe) static var nameAsLaunched: String?

  /// The absolute path, links resolved.
  static func path() -> String {
    #if canImport(Darwin)
      var size: UInt32 = 0
      _NSGetExecutablePath(nil, &size)
      var buffer = [CChar](repeating: 0, count: Int(size) + 1)
      if _NSGetExecutablePath(&buffer, &size) == 0 {
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return FilePath.resolvingLinks(String(decoding: bytes, as: UTF8.self))
      }
    #else
      let path = FilePath.resolvingLinks("/proc/self/exe")
      if !path.hasPrefix("/proc/") { return path }
    #endif
    // Without `/proc`: what the caller said that it launched.
    let name = nameAsLaunched ?? "sequence-mcp"
    return name.contains("/") ? FilePath.resolvingLinks(name) : name
  }
}
