/// How a trigger ended, in the words that results and the ledger share.
package struct CallOutcome: Sendable, Hashable {
  /// The three honest answers.
  package enum Status: String, Sendable, Hashable, CaseIterable {
    case accepted, rejected, unknown
  }

  package let status: Status
  /// Sequence's code, or ours.
  package let code: String
  package let message: String
  /// nil where no answer came.
  package let statusCode: Int?
  package let requestID: String?

  package init(status: Status, code: String, message: String, statusCode: Int? = nil, requestID: String? = nil) {
    self.status = status
    self.code = code
    self.message = message
    self.statusCode = statusCode
    self.requestID = requestID
  }
}
