import Config

/// What the checks look at, found once.
struct Patient {
  let console: Console
  let place: ConfigurationPlace
  /// nil where there is no file.
  let loaded: LoadedConfiguration?
  /// The file's configuration; the defaults where there is no file, nil where it is not valid.
  let configuration: Configuration?
  /// Whether the API may be called.
  let isOnline: Bool

  init(_ place: ConfigurationPlace, isOnline: Bool, _ console: Console) {
    self.console = console
    self.place = place
    self.isOnline = isOnline
    guard place.isNamed || FilePath.exists(place.path) else {
      loaded = nil
      configuration = Configuration()
      return
    }
    let loaded = ConfigurationInput.loader(console).load(path: place.path)
    self.loaded = loaded
    configuration = loaded.configuration
  }
}
