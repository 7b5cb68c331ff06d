#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A package that the program needs from the system, for helps that can be carried out on this machine.
package enum SystemPackage: Sendable {
  case libcurl, certificates

  /// The command that installs it; nil if this system's package manager is not known, or the system has it built in.
  package var installCommand: String? { SystemPackage.isDebian ? "sudo apt-get install \(debianName)" : nil }

  private var debianName: String {
    switch self {
    case .libcurl: "libcurl4"
    case .certificates: "ca-certificates"
    }
  }

  /// Whether this is Debian or one of its kin, such as Ubuntu and Mint.
  private static let isDebian = access("/etc/debian_version", F_OK) == 0
}
