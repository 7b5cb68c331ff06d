extension Connection {
  /// Plays the delivery.
  /// - Returns: whether the connection goes on; where not, it is closed.
  func deliver(_ delivery: Delivery, keepsAlive: Bool, omitsBody: Bool) -> Bool {
    if case .reset = delivery {
      reset()
      return false
    }
    // A client that is gone or too slow ends the connection like one that is done.
    let goesOn = (try? play(delivery, keepsAlive: keepsAlive, omitsBody: omitsBody)) ?? false
    if !goesOn { close() }
    return goesOn
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
