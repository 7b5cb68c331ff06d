#if os(Linux)
  import Foundation
  import Glibc
  import Testing

  /// The program at its own terminal, as the leader of a session.
  final class TerminalSession {
    enum End: Equatable {
      case exited(Int32)
      case killed(Int32)
      case stuck
    }

    private(set) var process: pid_t = 0
    private(set) var shown = ""
    private var unread = ""
    private let master: Int32
    /// Held open, so that the terminal outlives the program.
    private let slave: Int32

    /// - Parameters:
    ///   - isControlling: False gives the program a terminal to write to that does not control it: it has no `/dev/tty`.
    ///   - columns: The terminal's width; nil for a terminal that does not report it.
    init(_ program: Program, _ arguments: [String], isControlling: Bool = true, columns: Int? = nil) throws {
      // The work of posix_openpt, unlockpt and ptsname, which this C library's Swift module lacks (ioctl_tty(2)).
      master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
      var (unlocked, number): (Int32, UInt32) = (0, 0)
      guard master >= 0, ioctl(master, 0x4004_5431, &unlocked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
        throw POSIXError(.ENOTTY)
      }
      if let columns {
        var size = winsize(ws_row: 40, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(master, UInt(TIOCSWINSZ), &size) == 0 else { throw POSIXError(.ENOTTY) }
      }
      let name = "/dev/pts/\(number)"
      slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)
      var actions = posix_spawn_file_actions_t()
      posix_spawn_file_actions_init(&actions)
      defer { posix_spawn_file_actions_destroy(&actions) }
      // The first terminal that a session opens becomes its controlling terminal.
      posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR | (isControlling ? 0 : O_NOCTTY), 0)
      posix_spawn_file_actions_adddup2(&actions, 0, 1)
      posix_spawn_file_actions_adddup2(&actions, 0, 2)
      var attributes = posix_spawnattr_t()
      posix_spawnattr_init(&attributes)
      defer { posix_spawnattr_destroy(&attributes) }
      posix_spawnattr_setflags(&attributes, Int16(0x80 | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
      var signals = sigset_t()
      sigemptyset(&signals)
      posix_spawnattr_setsigmask(&attributes, &signals)
      sigfillset(&signals)
      posix_spawnattr_setsigdefault(&attributes, &signals)
      let words: [UnsafeMutablePointer<CChar>?] = ([Program.path] + arguments).map { strdup($0) } + [nil]
      let settings = program.baseEnvironment.merging(["TERM": "dumb"]) { $1 }
        .merging(program.environment) { $1 }
      let variables: [UnsafeMutablePointer<CChar>?] = settings.map { strdup("\($0)=\($1)") } + [nil]
      defer { (words + variables).forEach { free($0) } }
      let code = posix_spawn(&process, Program.path, &actions, &attributes, words, variables)
      guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    }

    deinit {
      close(master)
      close(slave)
    }

    var echoes: Bool {
      var settings = termios()
      return tcgetattr(slave, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    func type(_ text: String) { _ = Array(text.utf8).withUnsafeBytes { write(master, $0.baseAddress, $0.count) } }

    /// Reads until the text is shown, for at most 10 seconds.
    func wait(for text: String) throws {
      while !unread.contains(text) {
        guard readMore() else {
          Issue.record("'\(text)' was not shown, but: \(shown)")
          throw POSIXError(.ETIMEDOUT)
        }
      }
      unread = String(unread[(unread.range(of: text)?.upperBound ?? unread.endIndex)...])
    }

    /// Everything that was shown, without the terminal's carriage returns.
    var text: String { shown.replacing("\r\n", with: "\n") }

    func waitForEnd() -> End {
      var status: Int32 = 0
      let start = Date()
      while waitpid(process, &status, WNOHANG) == 0 {
        if Date().timeIntervalSince(start) > 10 {
          kill(process, SIGKILL)
          waitpid(process, &status, 0)
          return .stuck
        }
        _ = readMore(milliseconds: 20)
      }
      while readMore(milliseconds: 0) {}
      return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    }

    private func readMore(milliseconds: Int32 = 10000) -> Bool {
      var request = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, milliseconds) > 0 else { return false }
      var buffer = [UInt8](repeating: 0, count: 4096)
      let count = read(master, &buffer, buffer.count)
      guard count > 0 else { return false }
      let text = String(decoding: buffer[..<count], as: UTF8.self)
      shown += text
      unread += text
      return true
    }
  }
#endif
