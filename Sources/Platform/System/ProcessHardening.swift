import CSystem

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Protection of the secrets in this process's memory from files, libraries and other processes.
package enum ProcessHardening {
  /// Call this first, before starting threads. Child processes inherit the ignored signals, so `ChildProcess` resets them.
  package static func begin() {
    // If the process starts without its standard descriptors, the next files it opens get their numbers, and it would print
    // into the ledger. Read-only, so that writes to them still fail.
    for descriptor: Int32 in 0...2 where fcntl(descriptor, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
    // A file that this process creates keeps the owner's own rights.
    umask(umask(0o077) & 0o077)
    // A closed pipe or an exceeded file size limit must fail the write, not end the process.
    ignoreBrokenPipes()
    system_ignore_signal(SIGXFSZ)
    // Swift's backtracer prints the memory that the registers point to. A developer asks for it by its variable.
    if getenv("SWIFT_BACKTRACE") == nil {
      for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] where !system_ignores_signal(number) {
        system_set_default_action(number)
      }
    }
    // libcurl would write the keys of each connection to this file. Anyone who recorded the connection could then decrypt the
    // secrets sent over it.
    unsetenv("SSLKEYLOGFILE")
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    #if canImport(Darwin)
      setrlimit(RLIMIT_CORE, &none)
    #else
      setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    #endif
  }

  /// Makes a write to a closed pipe or socket an error, which would otherwise end the process. Each part that writes to one
  /// calls this, so that it is safe in a process that did not call `begin`, such as that of the tests.
  package static func ignoreBrokenPipes() { system_ignore_signal(SIGPIPE) }

  /// Call this after reading the configuration, since the environment may hold secrets, and before a secret is typed; whoever
  /// resolves one calls it, too. Other processes of the same user can then no longer read this process's memory and
  /// environment, and a core handler receives nothing. Afterwards the process of an unprivileged user can no longer open
  /// `/dev/stdin` or `/proc/self/fd`. Does nothing on macOS, where only a debugger with the owner's consent can read them.
  package static func hideMemory() {
    #if !canImport(Darwin)
      _ = system_set_undumpable()
    #endif
  }
}

/// The C library's allocator.
package enum Allocator {
  /// Makes all threads share one heap with glibc, which otherwise creates up to eight heaps per core and seldom returns memory
  /// freed in them: 2,000 calls from 24 threads took 49 MB, and 9 MB with one heap, at the same speed. Call this first, before
  /// starting threads.
  package static func useOneHeap() {
    #if canImport(Glibc)
      _ = system_use_one_arena()
    #endif
  }

  /// Returns freed memory to the system with glibc, which otherwise keeps it: reading a configuration of 1,000 rules leaves 3
  /// MB.
  package static func returnFreed() {
    #if canImport(Glibc)
      _ = system_trim_heap()
    #endif
  }
}
