import Platform

extension DoctorCheck {
  /// Checks each server that a client reaches through ssh or sudo: it answers, and that route allows nothing else.
  static let separation = DoctorCheck("separation") { input in
    var seen: Set<[String]> = []
    return LaunchedServer.survey(input.console).servers.flatMap { server -> [Finding] in
      guard let route = SeparationRoute(server.entry), seen.insert(server.entry.words).inserted else { return [] }
      return route.findings(input.console)
    }
  }
}
