import JSON
import Safeguards
import Synchronization

/// The tools that are served now, by which calls that began under an earlier configuration are judged anew. Outlives reloads.
package final class ServedTools: Sendable {
  private let tools = Mutex<[any CatalogTool]>([])

  package init() {}

  /// Judges all calls by these tools from now on. Until then there are none, and nothing is sent.
  package func serve(_ catalog: ToolCatalog) { tools.withLock { $0 = catalog.list } }

  /// What the configuration says now about a call; nil if the tool is not served, or refuses these arguments.
  func terms(of name: String, _ arguments: JSONObject) -> TriggerTerms? {
    // By bytes: Swift's own `==` of texts takes the Kelvin sign for a K.
    let tool = tools.withLock { $0.first { $0.name.hasSameBytes(as: name) } }
    return tool?.terms(of: arguments)
  }
}

extension Refusal {
  static let configurationChanged = Refusal(
    code: "CONFIGURATION_CHANGED",
    message: "The configuration of this call changed in the meantime, so nothing was sent.",
    hint: "List the tools again. If the user still wants this, make the call again; it is judged and shown again.",
    isRetryable: true)
}
