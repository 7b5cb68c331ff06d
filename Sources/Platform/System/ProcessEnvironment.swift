import CSystem

#if canImport(Darwin)
  @preconcurrency import Darwin
  import MachO
#else
  @preconcurrency import Glibc
#endif

/// The process's environment, copied once: nothing in this program changes it.
package enum ProcessEnvironment {
  /// Returns every variable. If a name is set twice, the first value wins.
  package static func capture() -> [String: String] {
    var count = 0
    while environ[count] != nil { count += 1 }
    var variables = [String: String](minimumCapacity: count)
    // Backward, so that the first of two duplicates wins.
    for index in (0..<count).reversed() {
      guard let entry = environ[index], let equals = strchr(entry, Int32(UInt8(ascii: "="))) else { continue }
      let name = String(decoding: UnsafeRawBufferPointer(start: entry, count: equals - entry), as: UTF8.self)
      variables[name] = String(cString: equals + 1)
    }
    return variables
  }

  /// Returns the user's home directory: `$HOME`, otherwise the user database's entry.
  package static func homeDirectory(_ variables: [String: String]) -> String {
    if let home = variables["HOME"], !home.isEmpty { return home }
    return UserDatabase.ownHome ?? "/"
  }
}

/// The executable file of this process.
package enum ExecutableFile {
  /// Returns its absolute path with links resolved; nil if the system does not report it, e.g. on Linux without `/proc`.
  package static func path() -> String? {
    #if canImport(Darwin)
      var size: UInt32 = 0
      _NSGetExecutablePath(nil, &size)
      var buffer = [CChar](repeating: 0, count: Int(size) + 1)
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return FilePath.resolvingLinks(String(decoding: bytes, as: UTF8.self))
    #else
      let path = FilePath.resolvingLinks("/proc/self/exe")
      return path.hasPrefix("/proc/") ? nil : path
    #endif
  }
}
