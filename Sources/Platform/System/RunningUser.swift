#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Who runs the process, and how: what a help has to know to advise something that works here.
package struct RunningUser: Sendable {
  package let id: UInt32
  /// nil if the user database has none.
  package let name: String?
  /// Who called sudo.
  package let sudoID: UInt32?
  package let isInContainer: Bool

  package init(id: UInt32, name: String?, sudoID: UInt32? = nil, isInContainer: Bool = false) {
    self.id = id
    self.name = name
    self.sudoID = sudoID
    self.isInContainer = isInContainer
  }

  package static let current = RunningUser(
    id: geteuid(), name: UserDatabase.name(of: geteuid()),
    sudoID: getenv("SUDO_UID").flatMap { UInt32(String(cString: $0)) },
    isInContainer: FilePath.exists("/.dockerenv") || FilePath.exists("/run/.containerenv"))

  /// How chown(1) and people call a user: the name, or the number.
  package static func shown(_ user: UInt32) -> String { UserDatabase.name(of: user) ?? "user \(user)" }
}
