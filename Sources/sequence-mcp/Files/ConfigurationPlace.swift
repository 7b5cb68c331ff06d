import Config
import Rules

/// Where the configuration is, or would be made.
struct ConfigurationPlace {
  let path: String
  /// Whether the person named it, so that it must be there.
  let isNamed: Bool

  init(named option: String?, _ console: Console) {
    let locator = ConfigurationLocator(environment: console.environment, accountHome: console.accountHome)
    switch locator.locate(option: option) {
    case .named(let path): (self.path, isNamed) = (path, true)
    case .found(let path): (self.path, isNamed) = (path, false)
    case .none:
      path = locator.defaultPath ?? console.homeDirectory + "/.config/sequence-mcp/config.yaml"
      isNamed = false
    }
  }
}
