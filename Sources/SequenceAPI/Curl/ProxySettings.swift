/// Which proxy stands between this machine and the API, as the environment says it. libcurl would read the variables
/// itself; they are read once here, so that nothing that changes later is asked for the way.
package struct ProxySettings: Sendable {
  /// A URL, perhaps with a password in it: never shown. Empty for none.
  let url: String
  /// Hosts that are called directly, as `NO_PROXY` lists them.
  let exceptions: String

  /// - Parameter environment: `https_proxy`, `HTTPS_PROXY`, `all_proxy`, `ALL_PROXY` in this order, and `no_proxy`,
  ///   `NO_PROXY`, as libcurl reads them.
  package init(environment: [String: String]) {
    func first(_ names: String...) -> String {
      names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    }
    url = first("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    exceptions = first("no_proxy", "NO_PROXY")
  }
}
