/// The time zone that the system counts days by, as the C library finds it (POSIX, "Other Environment Variables", TZ).
package enum SystemZone {
  /// Why the days are those of UTC, though nobody may have meant that.
  package enum Fault: Sendable, Hashable {
    /// Neither `TZ` nor the system names one, as in most containers.
    case missing
    /// `TZ` names one that the system does not have.
    case unknown(String)
  }

  /// nil where a time zone is set and known.
  /// - Parameters:
  ///   - localTime: the system's own zone.
  ///   - folder: the zones by their names.
  package static func fault(
    environment: [String: String], localTime: String = "/etc/localtime", folder: String = "/usr/share/zoneinfo"
  ) -> Fault? {
    guard let written = environment["TZ"] else { return FilePath.exists(localTime) ? nil : .missing }
    let name = written.hasPrefix(":") ? String(written.dropFirst()) : written
    guard !name.isEmpty else { return .missing }
    if ["UTC", "UTC0", "GMT", "GMT0", "Etc/UTC", "Etc/GMT"].contains(name) || isRule(name) { return nil }
    let path = name.hasPrefix("/") ? name : FilePath.join(environment["TZDIR"] ?? folder, name)
    return FilePath.exists(path) ? nil : .unknown(name)
  }

  /// A zone in the form of a rule: a name of three letters or more, or one in angle brackets, and how far it is from UTC: `EST5EDT`.
  private static func isRule(_ text: String) -> Bool {
    let bytes = text.utf8
    let name =
      bytes.first == UInt8(ascii: "<")
      ? bytes.prefix { $0 != UInt8(ascii: ">") }.count + 1
      : bytes.prefix { ($0 | 0x20) &- UInt8(ascii: "a") < 26 }.count
    let offset = bytes.dropFirst(name).drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    return name >= 3 && (offset.first.map { $0 &- UInt8(ascii: "0") < 10 } ?? false)
  }
}
