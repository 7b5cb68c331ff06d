import CSystem
import Synchronization

/// The system's user and group databases.
package enum UserDatabase {
  /// Serializes the C functions, which return pointers to memory that the next call overwrites.
  private static let databases = Mutex(())

  /// Returns the user's name; nil if the database does not contain that id, as in many containers.
  package static func name(of user: UInt32) -> String? {
    databases.withLock { _ in getpwuid(user).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } }
  }

  /// Returns the id of the user with that name; nil if there is none.
  package static func id(of name: String) -> UInt32? {
    databases.withLock { _ in getpwnam(name).map { $0.pointee.pw_uid } }
  }

  /// The home directory of the user who runs this process, looked up once; nil if the database has none or a relative one.
  package static let ownHome: String? = home(of: getuid())

  /// Returns the user's home directory; nil if the database has none or a relative one.
  package static func home(of user: UInt32) -> String? {
    let home = databases.withLock { _ in
      getpwuid(user).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
    }
    return home.flatMap { FilePath.isAbsolute($0) ? $0 : nil }
  }

  /// Whether the user is the group's only member, as in the per-user groups of many systems. False for a group without members,
  /// since its users are unknown.
  package static func isPrivate(group: UInt32, of user: UInt32) -> Bool {
    databases.withLock { _ in
      guard let entry = getpwuid(user), let name = entry.pointee.pw_name.map({ String(cString: $0) }),
        let found = getgrgid(group)
      else { return false }
      var members = found.pointee.gr_mem
      var isMember = false
      while let member = members?.pointee {
        guard name == String(cString: member) else { return false }
        isMember = true
        members = members?.successor()
      }
      setpwent()
      defer { endpwent() }
      while let other = getpwent() {
        guard other.pointee.pw_gid == group else { continue }
        guard other.pointee.pw_uid == user else { return false }
        isMember = true
      }
      return isMember
    }
  }

  /// Whether every member of the group can become root anyway: macOS's `admin`, which owns what Homebrew installs.
  package static func mayBecomeRoot(_ group: UInt32) -> Bool {
    OperatingSystem.current == .macOS && group == 80
  }
}

/// The user running the process, for help that works on this machine.
package struct RunningUser: Sendable {
  package let id: UInt32
  /// nil if the user database has no name.
  package let name: String?
  /// The user who called sudo.
  var sudoID: UInt32?
  package private(set) var isInContainer = false

  package static let current = RunningUser(
    id: geteuid(), name: UserDatabase.name(of: geteuid()),
    sudoID: getenv("SUDO_UID").flatMap { UInt32(String(cString: $0)) },
    isInContainer: FilePath.exists("/.dockerenv") || FilePath.exists("/run/.containerenv"))

  /// Returns the user's name, or `user 1000` if it has none.
  package static func shown(_ user: UInt32) -> String { UserDatabase.name(of: user) ?? "user \(user)" }
}
