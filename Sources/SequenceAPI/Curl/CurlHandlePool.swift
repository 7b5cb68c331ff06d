import Synchronization

/// The handles that wait for their next call. The one used last goes out first: its connection is the freshest.
final class CurlHandlePool: Sendable {
  /// How many wait at most; a burst's further ones are closed after it, with their connections and memory.
  static let maximumIdle = 8

  private let idle = Mutex<[CurlHandle]>([])

  /// - Throws: `HTTPTransportError` where libcurl is missing or out of memory.
  func take() throws(HTTPTransportError) -> CurlHandle {
    if let handle = idle.withLock({ $0.popLast() }) { return handle }
    guard let handle = CurlHandle(library: try CurlLibrary.shared()) else {
      throw HTTPTransportError(.internalFault, "libcurl has no memory left", mayHaveBeenSent: false)
    }
    return handle
  }

  func giveBack(_ handle: CurlHandle) {
    // Options point into the finished call.
    handle.reset()
    idle.withLock { idle in
      if idle.count < CurlHandlePool.maximumIdle { idle.append(handle) }
    }
  }
}
