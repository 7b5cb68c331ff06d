#if canImport(Darwin)
  import Darwin
#else
  import CSystem
  import Glibc
#endif

/// Keeps the secrets in this process's memory away from files, libraries and other processes.
package enum ProcessHardening {
  /// Call this first, while there is one thread. Child processes inherit the ignored signals: who starts one resets them.
  package static func begin() {
    // A program started without its standard descriptors would give their numbers to the next files that it opens, and
    // then print into the ledger. Read-only, so that what is written there is still known to be lost.
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    // A closed pipe and a file size limit are errors of the write, not the end of the process.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // Some builds of libcurl would write the keys of each TLS session there.
    unsetenv("SSLKEYLOGFILE")
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    #if canImport(Darwin)
      setrlimit(RLIMIT_CORE, &none)
    #else
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    #endif
  }

  /// Call this once the configuration is read, before a secret is: from then on, other processes of the same user cannot read
  /// this one's memory and environment, and a core handler gets nothing. Afterwards a plain user's process can no longer open
  /// `/dev/stdin` or `/proc/self/fd`. macOS lets only a debugger with the owner's consent do that, so nothing is done there.
  package static func hideMemory() {
    #if !canImport(Darwin)
      _ = system_set_undumpable()
    #endif
  }
}
