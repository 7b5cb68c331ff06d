// swift-tools-version: 6.1
import PackageDescription

#if canImport(Glibc)
  import Glibc
#endif

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The settings of the product's own sources. Without the regular expression engine, which nothing here uses, the binary is
/// 1.3 MB smaller.
let productSettings: [SwiftSetting] =
  settings + [.unsafeFlags(["-Xfrontend", "-disable-implicit-string-processing-module-import"])]

/// Returns the settings of a target. Code that runs for each byte of the configuration, each message or each ledger line is
/// compiled for speed. In the other targets, a smaller file that builds faster is worth more. Where the tests spend their time,
/// debug builds are optimized, too.
func productSettings(of target: String) -> [SwiftSetting] {
  let isSmall = ["Catalog", "Config", "MCP", "Rules", "Sandbox", "SequenceAPI", "sequence-mcp"].contains(target)
  // The tests spend most of their time in these. For a debugger: swift build -Xswiftc -Onone.
  let isBusy = ["JSON", "Platform", "Rules", "Safeguards", "Sandbox", "Secrets", "SourceYAML"].contains(target)
  return productSettings + (isSmall ? [.unsafeFlags(["-Osize"], .when(configuration: .release))] : [])
    + (isBusy ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : [])
}

/// Returns the linker flags of a release on Linux: one small file that loads few libraries, exports no symbols, and whose
/// relocations become read-only once they are bound.
func releaseLinking() -> [String] {
  let directory = Context.packageDirectory + "/Sources/Linking"
  var flags = ["-use-ld=lld", "-Xclang-linker", "-static-libgcc"]
  // Keeps only one copy of identical functions.
  var linker = ["--icf=all", "--no-export-dynamic", "--exclude-libs=ALL", "-z", "relro", "-z", "now"]
  linker += ["-T", directory + "/constants.ld"]
  if Context.environment["SEQUENCE_MCP_SYMBOLS"] == nil { linker.append("--strip-all") }
  #if canImport(Glibc)
    // Packed relocations make the file half a megabyte smaller. Loaders before glibc 2.36 do not support them.
    if __GLIBC_MINOR__ >= 36 { linker += ["-z", "pack-relative-relocs"] }
  #endif
  flags += linker.flatMap { ["-Xlinker", $0] }
  if linksArchives { flags.append("-L" + directory) }
  return flags
}

/// Whether libyaml and the C++ library can be linked statically, as on Debian and its derivatives.
let linksArchives = exists("/usr/lib/*/libyaml.a") && exists("/usr/lib/gcc/*/*/libstdc++.a")

func exists(_ pattern: String) -> Bool {
  #if canImport(Glibc)
    var found = glob_t()
    defer { globfree(&found) }
    return glob(pattern, 0, nil, &found) == 0
  #else
    return false
  #endif
}

/// Returns a library and the test target that mirrors it.
func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], testDependencies: [Target.Dependency] = [],
  testData: [String] = []
) -> [Target] {
  [
    .target(name: name, dependencies: dependencies, swiftSettings: productSettings(of: name)),
    .testTarget(
      name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies + testDependencies,
      exclude: testData, swiftSettings: settings),
  ]
}

// From the leaves to the root. A library imports only the libraries that are listed for it.
let package = Package(
  name: "sequence-mcp",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "sequence-mcp", targets: ["sequence-mcp"])],
  targets: [
    .systemLibrary(
      name: "CLibYAML", pkgConfig: linksArchives ? nil : "yaml-0.1",
      providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .systemLibrary(name: "CLibCurl"),
    .systemLibrary(name: "CSystem"),
  ]
    + library("Platform", ["CSystem"], testDependencies: ["probe"])
    + library("JSON", ["Platform"])
    + library("Secrets", ["CSystem", "Platform"])
    + library("SourceYAML", ["CLibYAML", "CSystem", "JSON", "Platform", "Secrets"])
    + library("Rules", ["JSON", "Platform", "Secrets"], testDependencies: ["SourceYAML"])
    + library(
      "Config", ["CSystem", "JSON", "Platform", "Rules", "Secrets", "SourceYAML"], testData: ["Messages"])
    + library("Safeguards", ["CSystem", "JSON", "Platform", "Rules"])
    + library(
      "SequenceAPI", ["CLibCurl", "CSystem", "JSON", "Platform", "Rules", "Secrets"],
      testDependencies: ["Sandbox", "probe"],
      testData: ["Platform/examples.jsonl"])
    + library("MCP", ["CSystem", "JSON", "Platform"], testData: ["Transcripts"])
    + library(
      "Catalog", ["JSON", "MCP", "Platform", "Rules", "Safeguards", "Secrets", "SequenceAPI"],
      testDependencies: ["Config", "Sandbox", "SourceYAML"], testData: ["Messages"])
    + library("Sandbox", ["CSystem", "JSON", "Platform"], testData: ["Platform/schemas.json"])
    + [
      .target(
        name: "TestSupport",
        dependencies: ["CSystem", "Config", "JSON", "Platform", "Rules", "SequenceAPI", "SourceYAML"],
        path: "Tests/TestSupport", swiftSettings: settings),
      .executableTarget(
        name: "probe", dependencies: ["CSystem", "Platform", "Rules", "Secrets", "SequenceAPI"], path: "Tests/Probe",
        swiftSettings: settings),
      .executableTarget(
        name: "sequence-mcp",
        dependencies: [
          "CSystem", "Catalog", "Config", "JSON", "MCP", "Platform", "Rules", "Safeguards", "Sandbox", "Secrets",
          "SequenceAPI", "SourceYAML",
        ],
        swiftSettings: productSettings(of: "sequence-mcp"),
        linkerSettings: [.unsafeFlags(releaseLinking(), .when(platforms: [.linux], configuration: .release))]),
      .testTarget(
        name: "CommandTests", dependencies: ["sequence-mcp", "Config", "JSON", "Rules", "Sandbox", "TestSupport"],
        exclude: ["Messages", "Screens"], swiftSettings: settings),
      .testTarget(
        name: "ExampleTests",
        dependencies: [
          "sequence-mcp", "Config", "JSON", "MCP", "Rules", "Secrets", "SequenceAPI", "SourceYAML", "TestSupport",
        ],
        swiftSettings: settings),
      // The deterministic simulation: a library for its tests and for the command that runs millions of schedules.
      .target(
        name: "Simulation",
        dependencies: [
          "CSystem", "Catalog", "Config", "JSON", "MCP", "Platform", "Rules", "Safeguards", "Secrets", "SequenceAPI",
          "SourceYAML",
        ],
        path: "Tests/Simulation", swiftSettings: settings),
      .executableTarget(
        name: "simulate", dependencies: ["Simulation"], path: "Tests/Simulate", swiftSettings: settings),
      .testTarget(name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: settings),
      // Mutated inputs of every kind that comes from outside: a library for its tests and for the command that runs millions.
      .target(
        name: "Fuzzing",
        dependencies: [
          "Config", "JSON", "MCP", "Platform", "Rules", "Safeguards", "Secrets", "SequenceAPI", "SourceYAML",
          "TestSupport",
        ],
        path: "Tests/Fuzzing", swiftSettings: settings),
      .executableTarget(name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzz", swiftSettings: settings),
      .testTarget(
        name: "FuzzingTests", dependencies: ["sequence-mcp", "Fuzzing", "JSON", "TestSupport"], swiftSettings: settings),
    ]
)
