import Rules
import SourceYAML

extension Configuration {
  /// The file's top level.
  static let section = Section(
    name: "configuration", documentation: "The configuration of sequence-mcp.", initial: Configuration.init,
    keys: [
      Key("version", \.version, .version, required: true, sample: "1", "The version of this language; only 1 exists."),
      Key("sequence", \.sequence, .section(SequenceSettings.section), "How Sequence is reached."),
      Key("server", \.server, .section(ServerSettings.section), "What clients are told about this server."),
      Key("tools", \.tools, .section(GenericToolSettings.section), "The tools that exist without any rule."),
      Key("limits", \.limits, .section(Limits.globalSection), "Caps over all rules together."),
      Key(
        "state_dir", \.stateDirectory, .statePath,
        "The directory of the ledger; ~/.local/state/sequence-mcp unless set. '~/' is your home directory whatever HOME says."
      ),
      Key(
        "sandbox", \.sandbox, .boolean,
        "true: always the built-in sandbox instead of Sequence, as with --sandbox; every output says so."),
      Key("rules", \.rules, .rules, "The aliases: each becomes one tool of that name."),
    ],
    allowsExtensions: true,
    finish: { configuration, scope, context in ConfigurationChecks.check(configuration, scope, &context) })
}
