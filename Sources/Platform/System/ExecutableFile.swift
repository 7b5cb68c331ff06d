#if canImport(Darwin)
  import MachO
#endif

/// The file of the program that this process runs.
package enum ExecutableFile {
  /// Its absolute path, links resolved; nil where the system does not tell, as a Linux without `/proc`.
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
