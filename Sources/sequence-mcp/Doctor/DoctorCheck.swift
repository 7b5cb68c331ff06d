/// One thing that a run needs. One file each; `all` lists them.
struct DoctorCheck: Sendable {
  let run: @Sendable (Patient) -> [Finding]

  /// Every check, in the order of the report.
  static let all: [DoctorCheck] = [
    .configuration, .permissions, .secrets, .state, .timeZone, .library, .certificates, .proxy, .reachability,
    .platform,
    .simulation, .questions, .clients, .environment, .separation,
  ]
}
