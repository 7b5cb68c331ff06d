#if canImport(Darwin)
  package import Darwin
#else
  package import Glibc
#endif

/// Sockets, whose constants have different types on each system.
package enum StreamSocket {
  /// Returns a blocking socket that child processes do not inherit; -1 on failure.
  package static func make(_ family: Int32 = AF_INET) -> Int32 {
    #if canImport(Darwin)
      let descriptor = socket(family, SOCK_STREAM, 0)
    #else
      let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
  }

  /// Returns two sockets that are connected to each other; -1 twice on failure.
  package static func pair() -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    #if canImport(Darwin)
      _ = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
    #else
      _ = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
    #endif
    return (ends[0], ends[1])
  }

  /// Returns a connection to that port of this machine; -1 on failure.
  package static func connected(toPort port: Int) -> Int32 {
    let descriptor = make()
    var address = loopback(port: port)
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else {
      close(descriptor)
      return -1
    }
    return descriptor
  }

  /// Listens on a free port of this machine.
  /// - Returns: nil on failure.
  package static func listening(backlog: Int32 = 64) -> (descriptor: Int32, port: UInt16)? {
    let descriptor = make()
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, backlog) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isListening else {
      close(descriptor)
      return nil
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  package static func loopback(port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}
