#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The supported operating systems.
package enum OperatingSystem: Sendable, Hashable {
  case linux, macOS

  /// The operating system this program was built for.
  package static var current: OperatingSystem {
    #if canImport(Darwin)
      .macOS
    #else
      .linux
    #endif
  }
}

/// A system package that the program depends on, for help that can be carried out on this machine.
package enum SystemPackage: Sendable {
  case libcurl, certificates

  /// The command that installs it; nil if the system's package manager is unknown or the package is built in.
  package var installCommand: String? { SystemPackage.isDebian ? "sudo apt-get install \(debianName)" : nil }

  private var debianName: String {
    switch self {
    case .libcurl: "libcurl4"
    case .certificates: "ca-certificates"
    }
  }

  /// Whether this is Debian or a derivative, such as Ubuntu or Mint.
  private static let isDebian = access("/etc/debian_version", F_OK) == 0
}

/// Help for a resource limit of the process, such as those set by `ulimit`.
package enum SystemLimit {
  /// After `EMFILE` or `ENFILE`.
  package static let openFiles = "raise the limit of open files where the server is started ('ulimit -n', LimitNOFILE)"
  /// After `EFBIG`.
  package static let fileSize = "raise the limit of file sizes where the server is started ('ulimit -f', LimitFSIZE)"
}

/// The shell commands that create an account for running a program.
package enum SystemAccount {
  /// - Parameters:
  ///   - name: A name that needs no shell quoting.
  ///   - home: The home directory, which other commands create.
  package static func creation(_ name: String, home: String) -> [String] {
    #if canImport(Darwin)
      // Not yet tested on a Mac.
      [
        "sudo sysadminctl -addUser \(name) -fullName sequence-mcp -shell /usr/bin/false -home \(ShellWord.quoted(home)) -password -"
      ]
    #else
      [
        "sudo useradd --system --user-group --shell /usr/sbin/nologin --home-dir \(ShellWord.quoted(home)) --no-create-home \(name)"
      ]
    #endif
  }

  /// Returns the group that owns the account's files.
  package static func group(of name: String) -> String {
    #if canImport(Darwin)
      "staff"
    #else
      name
    #endif
  }
}
