import Config
import Platform
import Rules

/// What the checks look at, found once.
struct Patient {
  let console: Console
  let place: ConfigurationPlace
  /// nil where there is no file.
  let loaded: LoadedConfiguration?
  /// The file's configuration; the defaults where there is no file, nil where it is not valid.
  let configuration: Configuration?
  /// Where the ledger is; by the defaults if the configuration is not valid.
  let state: StatePlace
  /// Whether the API may be called.
  let isOnline: Bool
  /// Of the run, for the commands that the findings name.
  let arguments: ParsedArguments
  /// Whether rules may be simulated at Sequence.
  let simulates: Bool

  init(
    _ place: ConfigurationPlace, _ arguments: ParsedArguments, isOnline: Bool, simulates: Bool, _ console: Console
  ) throws(CommandError) {
    let stateOption = arguments[.stateDirectory]
    self.arguments = arguments
    self.simulates = simulates
    self.console = console
    self.place = place
    self.isOnline = isOnline
    guard place.isNamed || !FilePath.isAbsent(place.path) else {
      loaded = nil
      configuration = Configuration()
      state = try StatePlace(option: stateOption, configuration: nil, configurationPath: nil, console)
      return
    }
    let loaded = ConfigurationInput.loader(console).load(path: place.path)
    ProcessHardening.hideMemory()
    self.loaded = loaded
    configuration = loaded.configuration
    state = try StatePlace(
      option: stateOption, configuration: loaded.configuration, configurationPath: place.path, console)
  }
}
