/// A fault and the number of API requests that it meets.
package struct FaultStep: Sendable, Hashable {
  package let fault: SandboxFault
  /// nil for all requests from then on.
  package let count: Int?

  package init(_ fault: SandboxFault, count: Int? = 1) {
    self.fault = fault
    self.count = count
  }

  /// Reads `NAME[:COUNT]`, where `COUNT` is a positive number or `always` and 1 unless given.
  /// - Throws: `FaultTextError` with a message for the user.
  package init(parsing text: String) throws(FaultTextError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let fault = SandboxFault(named: String(parts[0])) else {
      let names = SandboxFault.named.map(\.name).joined(separator: ", ")
      throw FaultTextError(
        message: "unknown fault '\(parts[0])', write one of: \(names)", unknownName: String(parts[0]))
    }
    if parts.count == 1 {
      self.init(fault)
    } else if parts[1] == "always" {
      self.init(fault, count: nil)
    } else if let count = Int(parts[1]), count > 0 {
      self.init(fault, count: count)
    } else {
      throw FaultTextError(
        message: "'\(parts[1])' is no count, write a positive number or 'always'", unknownName: nil)
    }
  }
}

/// Why a text names no fault.
package struct FaultTextError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Lower case, without a full stop.
  package let message: String
  /// The name that no fault has; nil where something else is wrong.
  package let unknownName: String?

  package var description: String { message }
}
