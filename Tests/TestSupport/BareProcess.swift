import CSystem
import Foundation

/// The start of a program that inherits nothing from the tests but what it is given.
package enum BareProcess {
  /// Returns a pipe whose ends children only inherit explicitly.
  package static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard Foundation.pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// Starts a program with these as its descriptors 0, 1 and 2 and no others. It has no terminal, so that none of its questions
  /// reaches the user who runs the tests.
  /// - Parameter directory: Its current directory. Default: that of the tests.
  package static func spawn(
    _ arguments: [String], _ environment: [String: String], _ descriptors: [Int32], in directory: String? = nil
  ) throws -> Int32 {
    // The pipe of a dead server must not end the tests.
    Foundation.signal(SIGPIPE, SIG_IGN)
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
    }
    // Other tests run at the same time: an end of their pipes or sockets in this child would keep them open. A descriptor that
    // was just opened may not have its close-on-exec mark yet, so all are closed by number.
    #if canImport(Darwin)
      let closing = POSIX_SPAWN_CLOEXEC_DEFAULT
      let newSession = POSIX_SPAWN_SETSID
    #else
      let closing: Int32 = 0
      // In <spawn.h> it is a macro that Swift does not import.
      let newSession: Int32 = 0x80
      for descriptor in 3..<Int32(1024) { posix_spawn_file_actions_addclose(&actions, descriptor) }
    #endif
    if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
    // The server must ignore these signals itself.
    var standard = sigset_t()
    sigemptyset(&standard)
    sigaddset(&standard, SIGPIPE)
    sigaddset(&standard, SIGXFSZ)
    posix_spawnattr_setsigdefault(&attributes, &standard)
    posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF) | Int32(closing) | Int32(newSession)))
    var argv = arguments.map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var processID: pid_t = 0
    let code = posix_spawn(&processID, arguments[0], &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    return processID
  }
}
