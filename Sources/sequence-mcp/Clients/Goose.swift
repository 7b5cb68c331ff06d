import Catalog

extension Client {
  /// Goose, which keeps extensions among its other settings, in YAML. This program does not edit them.
  static let goose = Client(
    name: "goose", title: "Goose", sentNames: ["goose"], callTimeout: .fiveMinutes, syntax: .yaml,
    servers: { _ in ["extensions"] },
    settings: { [$0.configurations + "/goose/config.yaml"] },
    isWritten: false,
    afterwards: { _ in "start 'goose' again" })
}
