/// What is sent after a request has been read and, unless a fault prevents it, processed.
enum Delivery: Sendable {
  case whole(HTTPReply)
  /// The whole answer, which promises to keep the connection open, followed by its end.
  case wholeThenClose(HTTPReply)
  /// The first half of the body, followed by the end of the connection.
  case half(HTTPReply)
  /// One byte at a time.
  case drip(HTTPReply, pauseMilliseconds: Int)
  /// The end of the connection.
  case close
  case reset
  /// Nothing, until the client gives up.
  case silence
}

extension Connection {
  /// Sends the delivery.
  /// - Returns: whether the connection stays open; if not, it has been closed.
  func deliver(_ delivery: Delivery, keepsAlive: Bool, omitsBody: Bool) -> Bool {
    if case .reset = delivery {
      reset()
      return false
    }
    // A client that is gone or too slow ends the connection like one that has finished.
    let staysOpen = (try? play(delivery, keepsAlive: keepsAlive, omitsBody: omitsBody)) ?? false
    if !staysOpen { close() }
    return staysOpen
  }

  private func play(_ delivery: Delivery, keepsAlive: Bool, omitsBody: Bool) throws(HTTPFault) -> Bool {
    switch delivery {
    case .whole(let reply):
      try write(reply.bytes(keepsAlive: keepsAlive, omitsBody: omitsBody))
      return keepsAlive
    case .wholeThenClose(let reply):
      try write(reply.bytes(keepsAlive: true, omitsBody: omitsBody))
      return false
    case .half(let reply):
      try write(reply.bytes(keepsAlive: keepsAlive).dropLast(max(1, reply.body.count / 2)))
      return false
    case .drip(let reply, let pauseMilliseconds):
      for byte in reply.bytes(keepsAlive: keepsAlive) {
        allow(milliseconds: 1000)
        try write([byte])
        try pause(milliseconds: Int64(pauseMilliseconds))
      }
      return keepsAlive
    case .silence:
      allow(milliseconds: 3_600_000)
      try waitForEnd()
      return false
    case .close, .reset: return false
    }
  }
}
