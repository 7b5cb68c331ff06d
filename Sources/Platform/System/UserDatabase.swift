import Synchronization

#if canImport(Darwin)
  import Darwin
#else
  import CSystem
  import Glibc
#endif

/// Users and groups as the system's databases list them.
package enum UserDatabase {
  /// The C functions return pointers to memory that the next call overwrites.
  private static let databases = Mutex(())

  /// The user's name; nil if the database does not have that id, as in many containers.
  package static func name(of user: UInt32) -> String? {
    databases.withLock { _ in getpwuid(user).flatMap { $0.pointee.pw_name }.map { String(cString: $0) } }
  }

  /// The id of the user of that name; nil if there is none.
  package static func id(of name: String) -> UInt32? {
    databases.withLock { _ in getpwnam(name).map { $0.pointee.pw_uid } }
  }

  /// The user's home directory in the database; nil if it has none or one that is not absolute.
  package static func home(of user: UInt32) -> String? {
    let home = databases.withLock { _ in
      getpwuid(user).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) }
    }
    return home.flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
  }

  /// Whether the user is the group's only member, as in the groups that many systems make for each user. A group without
  /// any member is not private: who uses it cannot be told.
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

  /// Whether each member of the group may become root anyway: macOS' `admin`, which owns what Homebrew installs.
  package static func mayBecomeRoot(_ group: UInt32) -> Bool {
    #if canImport(Darwin)
      return group == 80
    #else
      return false
    #endif
  }
}

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
