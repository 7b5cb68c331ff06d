#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

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

/// What to do about a limit that the system sets a process, such as those of `ulimit`.
package enum SystemLimit {
  /// After `EMFILE` or `ENFILE`.
  package static let openFiles = "raise the limit of open files where the server is started ('ulimit -n', LimitNOFILE)"
  /// After `EFBIG`.
  package static let fileSize = "raise the limit of file sizes where the server is started ('ulimit -f', LimitFSIZE)"
}

/// How this system makes an account that only runs a program, in commands for a shell.
package enum SystemAccount {
  /// - Parameters:
  ///   - name: a plain name.
  ///   - home: its home directory, which other commands make.
  package static func creation(_ name: String, home: String) -> [String] {
    #if canImport(Darwin)
      // Not tried on a Mac yet.
      [
        "sudo sysadminctl -addUser \(name) -fullName sequence-mcp -shell /usr/bin/false -home \(ShellWord.quoted(home)) -password -"
      ]
    #else
      [
        "sudo useradd --system --user-group --shell /usr/sbin/nologin --home-dir \(ShellWord.quoted(home)) --no-create-home \(name)"
      ]
    #endif
  }

  /// The group that an account's files belong to.
  package static func group(of name: String) -> String {
    #if canImport(Darwin)
      "staff"
    #else
      name
    #endif
  }
}
