import CSystem

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

/// A system package that the program depends on, for help that can be carried out on this machine. The raw value is its name on
/// Debian.
package enum SystemPackage: String, Sendable {
  case libcurl = "libcurl4"
  case certificates = "ca-certificates"

  /// The command that installs it; nil if the system's package manager is unknown or the package is built in.
  package var installCommand: String? { SystemPackage.isDebian ? "sudo apt-get install \(rawValue)" : nil }

  /// Whether this is Debian or a derivative, such as Ubuntu or Mint.
  private static let isDebian = access("/etc/debian_version", F_OK) == 0
}

/// The shell commands that create an account for running a program.
package enum SystemAccount {
  /// - Parameters:
  ///   - name: A name that needs no shell quoting.
  ///   - home: The home directory, which other commands create.
  package static func creation(_ name: String, home: String) -> [String] {
    let home = ShellWord.quoted(home)
    return switch OperatingSystem.current {
    // Not yet tested on a Mac.
    case .macOS:
      ["sudo sysadminctl -addUser \(name) -fullName sequence-mcp -shell /usr/bin/false -home \(home) -password -"]
    case .linux:
      [
        "sudo useradd --system --user-group --shell /usr/sbin/nologin --home-dir \(home) --no-create-home \(name)"
      ]
    }
  }

  /// Returns the group that owns the account's files.
  package static func group(of name: String) -> String { OperatingSystem.current == .macOS ? "staff" : name }
}

/// The system's local time zone, as the C library finds it (POSIX, "Other Environment Variables", TZ).
package enum SystemZone {
  /// The reason local days are counted in UTC, possibly unintentionally.
  package enum Fault: Sendable, Hashable {
    /// Neither `TZ` nor the system sets a zone, as in most containers.
    case missing
    /// `TZ` names a zone that the system does not have.
    case unknown(String)
  }

  /// Returns why the local zone falls back to UTC; nil if a known zone is set.
  /// - Parameters:
  ///   - localTime: The system's zone file.
  ///   - directory: The zone database, one file per zone name.
  package static func fault(
    environment: [String: String], localTime: String = "/etc/localtime", directory: String = "/usr/share/zoneinfo"
  ) -> Fault? {
    guard let written = environment["TZ"] else { return FilePath.exists(localTime) ? nil : .missing }
    let name = written.hasPrefix(":") ? String(written.dropFirst()) : written
    guard !name.isEmpty else { return .missing }
    if ["UTC", "UTC0", "GMT", "GMT0", "Etc/UTC", "Etc/GMT"].contains(name) || isRule(name) { return nil }
    let path = FilePath.isAbsolute(name) ? name : FilePath.join(environment["TZDIR"] ?? directory, name)
    return FilePath.exists(path) ? nil : .unknown(name)
  }

  /// Whether the text is a POSIX zone rule such as `EST5EDT`: a name of three or more letters or in angle brackets, then an
  /// offset.
  private static func isRule(_ text: String) -> Bool {
    let bytes = text.utf8
    let name =
      bytes.first == UInt8(ascii: "<")
      ? bytes.prefix { $0 != UInt8(ascii: ">") }.count + 1
      : bytes.prefix(while: \.isASCIILetter).count
    let offset = bytes.dropFirst(name).drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return name >= 3 && offset.first?.isASCIIDigit == true
  }
}
