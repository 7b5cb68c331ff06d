#if canImport(Darwin)
  @preconcurrency import Darwin
#else
  @preconcurrency import Glibc
#endif

/// The process's environment, copied once: nothing in this program changes it.
package enum ProcessEnvironment {
  /// Every variable; of one that is set twice, the first.
  package static func capture() -> [String: String] {
    var count = 0
    while environ[count] != nil { count += 1 }
    var variables = [String: String](minimumCapacity: count)
    // From the last on, so that the first of two stays.
    for index in (0..<count).reversed() {
      guard let entry = environ[index], let equals = strchr(entry, Int32(UInt8(ascii: "="))) else { continue }
      let name = String(decoding: UnsafeRawBufferPointer(start: entry, count: equals - entry), as: UTF8.self)
      variables[name] = String(cString: equals + 1)
    }
    return variables
  }

  /// The user's home folder: `$HOME`, else what the user database says.
  package static func homeDirectory(_ variables: [String: String]) -> String {
    if let home = variables["HOME"], !home.isEmpty { return home }
    if let entry = getpwuid(getuid()), let directory = entry.pointee.pw_dir {
      return String(cString: directory)
    }
    return "/"
  }
}
