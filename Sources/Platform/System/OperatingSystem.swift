/// The systems that this program can be built for.
package enum OperatingSystem: Sendable, Hashable {
  case linux, macOS

  /// The one that it was built for.
  package static var current: OperatingSystem {
    #if canImport(Darwin)
      .macOS
    #else
      .linux
    #endif
  }
}
