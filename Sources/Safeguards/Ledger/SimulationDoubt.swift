/// What is not known about a simulation: a simulation in doubt counts as a live run.
package enum SimulationDoubt: Sendable, Hashable {
  /// Sequence refused it, its run reported that it was simulated, or it has no outcome yet.
  case none
  /// The answer to an attempt was lost, so that nothing says whether Sequence took it. It is sent again under its key.
  case lost
  /// Its run could not be read. A later reading may still prove that it was simulated.
  case unread(stopsService: Bool)
  /// Its run does not report that it was simulated, or cannot be read again. Only the owner ends the doubt.
  case unproven(stopsService: Bool)

  /// - Parameters:
  ///   - isUnproven: The member `unproven` of an outcome's line.
  ///   - isUnread: The member `unread`.
  init(isUnproven: Bool, isUnread: Bool) {
    self = isUnread ? .unread(stopsService: isUnproven) : isUnproven ? .unproven(stopsService: true) : .none
  }

  /// Whether nothing else is sent over its base URL until the doubt ends.
  var stopsService: Bool {
    switch self {
    case .none, .lost: false
    case .unread(let stops), .unproven(let stops): stops
    }
  }

  var isUnread: Bool { self == .unread(stopsService: false) || self == .unread(stopsService: true) }

  var isUnproven: Bool { self == .unproven(stopsService: false) || self == .unproven(stopsService: true) }

  /// Returns the doubt after another outcome that does not end it. What a run has reported is not read again.
  func joined(with later: SimulationDoubt) -> SimulationDoubt {
    let stops = stopsService || later.stopsService
    return switch (self, later) {
    case (.lost, .none): .lost
    case (.none, _), (.lost, _): later
    case (.unread, .unread): .unread(stopsService: stops)
    case (.unread, _), (.unproven, _): .unproven(stopsService: stops)
    }
  }
}

/// Why a simulation stops the runs over its base URL.
package enum SimulationStop: Sendable {
  /// Its run could not be read. It is read again, which may end the stop.
  case unread
  /// Its run does not report that it was simulated. Only the owner ends the stop.
  case unproven
}
