import CSystem

/// Runs one program to completion without a shell. It starts in `/` with only its three standard descriptors, the given
/// environment and its own session, so it has no controlling terminal. Its process group is killed when it exits, when it must
/// stop, or when a signal ends this process. Its output is kept up to a limit.
package struct ChildProcess: Sendable {
  /// How the program ended.
  package enum Ending: Sendable, Hashable {
    case exited(Int32)
    /// Killed by a signal that this process did not send.
    case crashed(signal: Int32)
    /// Killed by this process.
    case timedOut, stopped, wroteTooMuch
  }

  /// The result of a program that has ended.
  package struct Report: Sendable {
    package let ending: Ending
    package let output: [UInt8]
    package let errorOutput: [UInt8]
  }

  /// The absolute path.
  package var program: String
  package var arguments: [String]
  package var environment: [String: String]
  package var timeoutMilliseconds: Int64
  /// The bytes on its stdin; at most 4 KiB, which fits in a pipe's buffer.
  package var input: [UInt8] = []
  /// The maximum number of bytes on stdout.
  package var outputLimit: Int
  /// The maximum number of bytes on stderr.
  package var errorOutputLimit: Int

  /// - Parameter errorOutputLimit: Default: `outputLimit`.
  package init(
    _ program: String, _ arguments: [String], environment: [String: String], timeoutMilliseconds: Int64,
    outputLimit: Int = 4096, errorOutputLimit: Int? = nil
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.timeoutMilliseconds = timeoutMilliseconds
    self.outputLimit = outputLimit
    self.errorOutputLimit = errorOutputLimit ?? outputLimit
  }

  /// How long each poll waits for output before the child, the deadline and `isStopped` are checked again.
  private static let pollMilliseconds: Int32 = 20

  /// Runs the program and blocks until it has ended.
  /// - Parameter isStopped: Polled about fifty times a second; returning true kills the program.
  /// - Throws: `SystemError` if it cannot be started.
  package func run(isStopped: () -> Bool = { false }) throws(SystemError) -> Report {
    var channels = [
      Channel(pipe: try Pipe(), limit: outputLimit), Channel(pipe: try Pipe(), limit: errorOutputLimit),
    ]
    // A client that ignores SIGCHLD passes that on to this process, and the child's status would be lost.
    system_set_default_action(SIGCHLD)
    let input = try inputPipe()
    let child = try RunningChildren.starting { () throws(SystemError) in
      try spawn(input: input, output: channels[0].pipe.writer, errors: channels[1].pipe.writer)
    }
    input?.closeReader()
    for channel in channels { channel.pipe.closeWriter() }
    let end = SystemClock().monotonicNanoseconds() + timeoutMilliseconds * 1_000_000
    var ending: Ending?
    while ending == nil, !ChildProcess.hasEnded(child) {
      ChildProcess.read(&channels)
      if channels.contains(where: \.isOverLimit) {
        ending = .wroteTooMuch
      } else if SystemClock().monotonicNanoseconds() >= end {
        ending = .timedOut
      } else if isStopped() {
        ending = .stopped
      }
    }
    // Nothing that the child started outlives it. Its process group id is not reused before the child is reaped.
    kill(-child, SIGKILL)
    RunningChildren.ended(child)
    let status = ChildProcess.reap(child)
    if ending == nil {
      ChildProcess.read(&channels)
      if channels.contains(where: \.isOverLimit) { ending = .wroteTooMuch }
    }
    return Report(ending: ending ?? status, output: channels[0].bytes, errorOutput: channels[1].bytes)
  }

  /// Returns a pipe filled with `input`, its write end closed; nil if there is no input.
  private func inputPipe() throws(SystemError) -> Pipe? {
    guard !input.isEmpty else { return nil }
    let pipe = try Pipe()
    try FileDescriptor.writeAll(input, to: pipe.writer)
    pipe.closeWriter()
    return pipe
  }

  private func spawn(input: Pipe?, output: Int32, errors: Int32) throws(SystemError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
      let closing = POSIX_SPAWN_CLOEXEC_DEFAULT
      let newSession = POSIX_SPAWN_SETSID
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
      let closing: Int32 = 0
      // POSIX_SPAWN_SETSID in <spawn.h>: a macro that Swift does not import.
      let newSession: Int32 = 0x80
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input.reader, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, errors, 2)
    _ = system_spawn_in_root(&actions)
    #if !canImport(Darwin)
      // Another thread may have just opened a descriptor without close-on-exec, so all are closed by number.
      for descriptor in 3..<ChildProcess.openLimit { posix_spawn_file_actions_addclose(&actions, descriptor) }
    #endif
    var (none, defaults) = (
      signalSet([]), signalSet([SIGPIPE, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGCHLD, SIGXFSZ])
    )
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // A session leader also leads its own process group.
    let flags =
      Int32(newSession) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(closing)
    posix_spawnattr_setflags(&attributes, Int16(flags))
    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw SystemError(code: code, attempt: "start \(program)") }
    return child
  }

  #if !canImport(Darwin)
    /// An upper bound for open descriptors, exclusive. A process that hides its memory cannot read /proc; then the bound is the
    /// limit on open files, at most 65,536.
    private static var openLimit: Int32 {
      guard let names = FileSystem.names(in: "/proc/self/fd") else {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int32(clamping: min(limit.rlim_cur, 65536))
      }
      // Leaves room for descriptors that another thread opens meanwhile.
      return (names.compactMap { Int32($0) }.max() ?? 2) + 65
    }
  #endif

  /// Whether the child has ended. Does not reap it.
  private static func hasEnded(_ child: pid_t) -> Bool {
    var information = siginfo_t()
    let failed = waitid(P_PID, id_t(child), &information, WEXITED | WNOHANG | WNOWAIT) != 0
    // `si_signo` stays 0 while the child runs.
    return failed ? SystemError.lastCode != EINTR : information.si_signo != 0
  }

  private static func reap(_ child: pid_t) -> Ending {
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      // A lost status must not be reported as success.
      guard SystemError.lastCode == EINTR else { return .crashed(signal: 0) }
    }
    // WIFEXITED, WEXITSTATUS and WTERMSIG are macros that Swift does not import.
    return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .crashed(signal: status & 0x7F)
  }

  /// Reads available output, waiting up to `pollMilliseconds` for it.
  private static func read(_ channels: inout [Channel]) {
    var waiting = channels.map { pollfd(fd: $0.isAtEnd ? -1 : $0.pipe.reader, events: Int16(POLLIN), revents: 0) }
    guard poll(&waiting, nfds_t(waiting.count), pollMilliseconds) > 0 else { return }
    for index in channels.indices where waiting[index].revents != 0 {
      // Keeps at most one byte over the limit.
      let room = max(1, channels[index].limit + 1 - channels[index].bytes.count)
      let bytes = try? FileDescriptor.readSome(channels[index].pipe.reader, capacity: room)
      channels[index].isAtEnd = bytes?.isEmpty ?? true
      channels[index].bytes += bytes ?? []
    }
  }
}

/// The child's stdout or stderr.
private struct Channel {
  let pipe: Pipe
  /// The maximum number of bytes.
  let limit: Int
  var bytes: [UInt8] = []
  var isAtEnd = false

  var isOverLimit: Bool { bytes.count > limit }
}
