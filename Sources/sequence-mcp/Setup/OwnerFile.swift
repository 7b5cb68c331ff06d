import Config
import Platform
import Rules
import Safeguards
import SourceYAML

/// The owner's configuration, for the commands that change it. It is valid before and after, and every byte outside the change
/// stays the same.
struct OwnerFile {
  let place: ConfigurationLocation
  let directory: StarterDirectory
  let configuration: Configuration
  let secretPlaces: [SecretPlace]
  /// The warnings about the file as it is now.
  let warnings: [Diagnostic]
  /// The file's tree, for the source ranges of its rules.
  let root: YAMLNode
  let text: TextFile
  /// Those of the run, for the commands that are printed.
  let arguments: ParsedArguments
  private let console: Console

  /// - Throws: `CommandError` if there is no file, or if it has errors, which are printed to stderr.
  init(_ arguments: ParsedArguments, _ console: Console) throws(CommandError) {
    self.arguments = arguments
    self.console = console
    place = ConfigurationLocation(named: arguments[.config], console)
    try place.requireMeant()
    directory = StarterDirectory(place)
    text = try TextFile(at: directory.configurationPath)
    guard let bytes = text.bytes else {
      guard FilePath.isAbsent(directory.configurationPath) else { throw .unreachable(directory.configurationPath) }
      throw .noConfiguration(at: place, arguments, console)
    }
    // Owner and mode are checked where the file is read for use; they must be right here, too.
    let loaded = ConfigurationInput.loader(console).load(path: directory.configurationPath)
    guard let configuration = loaded.configuration else {
      console.noteRaw(ConfigurationInput.text(of: loaded, directory.configurationPath, console, errorsOnly: true))
      throw ConfigurationInput.refusal(of: loaded)
    }
    self.configuration = configuration
    secretPlaces = loaded.secretPlaces
    warnings = loaded.diagnostics
    let source = SourceFile(name: directory.configurationPath, bytes: bytes)
    root = YAMLDocument.parse(source).root ?? YAMLNode(content: .null, range: source.range(ofBytes: 0..<0))
    ProcessHardening.hideMemory()
  }

  /// Returns the file as it is now, since its owner may have edited it during the questions.
  /// - Throws: `CommandError` if it is not valid now.
  func reread() throws(CommandError) -> OwnerFile { try OwnerFile(arguments, console) }

  /// Returns the changed text, which is valid, without writing it.
  /// - Parameter advice: What to do by hand after a failure.
  /// - Throws: `CommandError`, with nothing changed, if the file cannot be changed safely or would not be valid.
  func changed(
    advice: [String], _ body: (inout YAMLEditor) throws(YAMLEditor.Fault) -> Void
  ) throws(CommandError) -> [UInt8] {
    let editor = try edited(body, advice)
    let loaded = loaded(editor.bytes)
    guard loaded.configuration != nil else {
      console.noteRaw(ConfigurationInput.text(of: loaded, directory.configurationPath, console))
      throw .failure("the change would make the configuration invalid, as above; nothing was changed")
    }
    return editor.bytes
  }

  /// Refuses a file to which no rule can be added, before the person answers questions in vain.
  /// - Throws: `CommandError` if the file is read-only, or written so that this program cannot add to it.
  func requireRoomForRule() throws(CommandError) {
    try text.requireWritable()
    let probe: (inout YAMLEditor) throws(YAMLEditor.Fault) -> Void = { editor throws(YAMLEditor.Fault) in
      try editor.set(["rules", "x-probe"], to: ["", "rule_id: x"])
    }
    _ = try edited(probe, [], "; add the rule to it by hand")
  }

  private func edited(
    _ body: (inout YAMLEditor) throws(YAMLEditor.Fault) -> Void, _ advice: [String], _ ending: String = ""
  ) throws(CommandError) -> YAMLEditor {
    var editor = YAMLEditor(text.bytes ?? [])
    try CommandError.mapping(try body(&editor)) { (fault: YAMLEditor.Fault) in
      CommandError(
        message: "\(directory.configurationPath) cannot be edited here: \(fault.reason); nothing was changed" + ending,
        lines: advice, exitCode: .failure)
    }
    return editor
  }

  /// Returns the result of loading these bytes in place of the file's content.
  func loaded(_ bytes: [UInt8]) -> LoadedConfiguration {
    let source = SourceFile(name: directory.configurationPath, bytes: bytes)
    return ConfigurationInput.loader(console).check(source: source, directory: directory.path)
  }

  /// The running servers that do not use the file as it is now, although they had the time to reload it.
  var laggingServers: [RunningServer] {
    let path = directory.configurationPath
    let location = try? ConfigurationInput.state(configuration, path, arguments, console)
    return RegisteredServers.lagging(
      behind: path, in: [StateLocation.standard(console)] + [location?.real].compactMap(\.self))
  }

  func rule(_ alias: String) throws(CommandError) -> Rule { try CommandError.rule(alias, in: configuration) }

  /// `config.yaml:41`.
  func location(of alias: String) -> String {
    let name = FilePath.lastComponent(directory.configurationPath)
    return root.entry(at: ["rules", alias]).map { "\(name):\($0.keyRange.start.line)" } ?? name
  }
}

extension CommandError {
  /// Returns the rule of that alias, or throws an error that suggests the nearest alias.
  static func rule(_ alias: String, in configuration: Configuration) throws(CommandError) -> Rule {
    if let rule = configuration.rules.first(where: { $0.alias == alias }) { return rule }
    throw .unknown("rule", alias, among: configuration.rules.map(\.alias), none: "the configuration has no rules")
  }

  /// Returns the error for an unknown name.
  /// - Parameters:
  ///   - kind: The kind of thing that it should name: `rule`.
  ///   - names: The existing names.
  ///   - none: The message if there are no names.
  static func unknown(_ kind: String, _ name: String, among names: [String], none: String) -> CommandError {
    let guess = didYouMean(name, names)
    let list = names.prefix(20).joined(separator: ", ")
    let heading = guess.isEmpty ? "; \(kind)s: " : " \(kind.prefix(1).uppercased())\(kind.dropFirst())s: "
    return .failure(
      "there is no \(kind) '\(name)'" + guess + (names.isEmpty ? "; " + none : heading + list))
  }

  /// Returns the error for a configuration that does not exist yet.
  static func noConfiguration(
    at place: ConfigurationLocation, _ arguments: ParsedArguments, _ console: Console
  ) -> CommandError {
    .unusable(
      "there is no configuration at \(console.shown(path: FilePath.absolute(place.path))); "
        + "'\(arguments.next(InitCommand.self))' creates one")
  }
}
