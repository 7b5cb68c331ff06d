extension Client {
  /// Goose keeps extensions in YAML among its other settings, which are not edited here.
  static let goose = Client(
    name: "goose", title: "Goose", syntax: .yaml,
    servers: { _ in ["extensions"] },
    settings: { [$0.configurations + "/goose/config.yaml"] },
    isWritten: false,
    mark: { $0.configurations + "/goose" },
    afterwards: { _ in "start 'goose' again" })
}
