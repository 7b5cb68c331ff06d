// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// One library of the house and the test target that mirrors it.
func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], testDependencies: [Target.Dependency] = [],
  testData: [String] = []
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: settings),
    .testTarget(
      name: name + "Tests", dependencies: [.byName(name: name)] + dependencies + testDependencies,
      exclude: testData, swiftSettings: settings),
  ]
}

// From the leaves to the root; a library imports only what is written beside it.
let package = Package(
  name: "sequence-mcp",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "sequence-mcp", targets: ["sequence-mcp"])],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CLibCurl"),
  ]
    + library("Platform")
    + library("JSON")
    + library("Secrets", ["Platform"])
    + library("SourceYAML", ["CLibYAML", "JSON"])
    + library("Config", ["JSON", "Platform", "Secrets", "SourceYAML"])
    + library("Safeguards", ["Config", "JSON", "Platform"])
    + library("SequenceAPI", ["CLibCurl", "JSON", "Platform", "Secrets"], testDependencies: ["Sandbox"])
    + library("MCP", ["JSON", "Platform"], testData: ["Transcripts"])
    + library(
      "Catalog", ["Config", "JSON", "MCP", "Platform", "Safeguards", "Secrets", "SequenceAPI"],
      testDependencies: ["SourceYAML"])
    + library("Sandbox", ["JSON", "Platform"])
    + [
      .executableTarget(
        name: "sequence-mcp",
        dependencies: [
          "Catalog", "Config", "JSON", "MCP", "Platform", "Safeguards", "Sandbox", "Secrets", "SequenceAPI",
          "SourceYAML",
        ],
        swiftSettings: settings),
      .testTarget(name: "CommandTests", dependencies: ["sequence-mcp", "JSON", "Sandbox"], swiftSettings: settings),
      .testTarget(
        name: "ExampleTests",
        dependencies: ["sequence-mcp", "Config", "JSON", "MCP", "Safeguards", "SequenceAPI", "SourceYAML"],
        swiftSettings: settings),
    ]
)
