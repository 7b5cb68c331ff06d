#if canImport(Darwin)
  @preconcurrency import Darwin
  import MachO
#else
  import CSystem
  @preconcurrency import Glibc
#endif

/// The process's environment, copied once: nothing in this program changes it.
package enum ProcessEnvironment {
  /// Every variable; of one that is set twice, the first.
  package static func capture() -> [String: String] {
    var count = 0
    while environ[count] != nil { count += 1 }
    var variables = [String: String](minimumCapacity: count)
    // From the last on, so that the first of two stays.
    for index in (0..<count).reversed() {
      guard let entry = environ[index], let equals = strchr(entry, Int32(UInt8(ascii: "="))) else { continue }
      let name = String(decoding: UnsafeRawBufferPointer(start: entry, count: equals - entry), as: UTF8.self)
      variables[name] = String(cString: equals + 1)
    }
    return variables
  }

  /// The user's home directory: `$HOME`, else what the user database says.
  package static func homeDirectory(_ variables: [String: String]) -> String {
    if let home = variables["HOME"], !home.isEmpty { return home }
    if let entry = getpwuid(getuid()), let directory = entry.pointee.pw_dir {
      return String(cString: directory)
    }
    return "/"
  }
}

/// The file of the program that this process runs.
package enum ExecutableFile {
  /// Its absolute path, links resolved; nil if the system does not tell, as a Linux without `/proc`.
  package static func path() -> String? {
    #if canImport(Darwin)
      var size: UInt32 = 0
      _NSGetExecutablePath(nil, &size)
      var buffer = [CChar](repeating: 0, count: Int(size) + 1)
      guard _NSGetExecutablePath(&buffer, &size) == 0 else { return nil }
      let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return FilePath.resolvingLinks(String(decoding: bytes, as: UTF8.self))
    #else
      let path = FilePath.resolvingLinks("/proc/self/exe")
      return path.hasPrefix("/proc/") ? nil : path
    #endif
  }
}

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

/// The C library's allocator.
package enum Allocator {
  /// Lets all threads share one heap, where the C library is glibc. It makes up to eight heaps for each core, and what a thread
  /// frees in its own is seldom given back: 2,000 calls from 24 threads took 49 MB so, and 9 MB with one heap, at the same
  /// speed. Call this first, while there is one thread.
  package static func useOneHeap() {
    #if canImport(Glibc)
      _ = system_use_one_arena()
    #endif
  }
}
