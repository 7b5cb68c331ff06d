/// One way in which an API, or a proxy or network before it, can go wrong; played on demand.
package enum SandboxFault: Sendable, Hashable {
  /// No fault: a place in a script for a request that goes well.
  case wellBehaved
  /// A TCP reset as soon as the head has come; the body is not read.
  case resetBeforeReading
  /// A TCP reset after the whole request has come.
  case resetAfterReading
  /// The whole request is read, and nothing ever comes back.
  case hang
  /// Processed, then nothing ever comes back.
  case hangAfterProcessing
  /// Processed, then the connection is closed without an answer.
  case answerLost
  /// Processed, then one byte of the answer at a time, with a pause after each.
  case drip(pauseMilliseconds: Int)
  /// Processed, then half of the answer's body and the end of the connection.
  case truncate
  /// Processed, then an answer whose `Content-Length` is shorter than its body.
  case wrongLength
  /// Processed, then a body of that many bytes with a `Content-Length`.
  case hugeBody(bytes: Int)
  /// Processed, then the same in the chunked coding.
  case hugeChunked(bytes: Int)
  /// Processed, then header fields of that many bytes together.
  case hugeHeaders(bytes: Int)
  /// Processed, then a gzip body that is small on the wire and this large unpacked.
  case gzipBomb(bytes: Int)
  /// Processed, then the same in the `deflate` coding.
  case deflateBomb(bytes: Int)
  /// Not processed, but sent elsewhere.
  case redirect(status: Int, location: String)
  /// Not processed: a captive portal's or proxy's page.
  case htmlPage(status: Int)
  /// Not processed: a few words of plain text, as a path without that method answers.
  case plainText(status: Int)
  /// Processed and answered without fields that should be there: Sequence's own examples leave them out.
  case lenient
  /// Processed, then a 200 without a body.
  case empty
  /// Processed, then a 200 with something that is not JSON.
  case notJSON
  /// Processed, then a 200 with JSON that is no object.
  case notAnObject
  /// Not processed: the rate limit.
  case rateLimited(RetryAfter)
  /// Not processed: a failure with that status and the code that goes with it.
  case status(Int)
  /// Processed, and then answered with that status as if it had failed.
  case statusAfterProcessing(Int)
  /// Processed and well answered, then the connection is closed although it was promised to stay.
  case closeIdle
  /// Not processed: a 400 whose message repeats the caller's secret.
  case echoSecret
  /// Not processed: a 400 whose message holds control, zero-width and direction-changing characters, and is long.
  case hostileText

  /// How a 429 says when to come back (RFC 9110 section 10.2.3).
  package enum RetryAfter: Sendable, Hashable {
    case none
    case seconds(Int)
    /// As a date so many seconds from now.
    case dateAfter(seconds: Int)
  }

  /// Whether the request is carried out before things go wrong.
  package var processesRequest: Bool {
    switch self {
    case .wellBehaved, .hangAfterProcessing, .answerLost, .drip, .truncate, .wrongLength, .hugeBody, .hugeChunked,
      .hugeHeaders, .gzipBomb, .deflateBomb, .empty, .notJSON, .notAnObject, .statusAfterProcessing, .closeIdle,
      .lenient:
      true
    case .resetBeforeReading, .resetAfterReading, .hang, .redirect, .htmlPage, .rateLimited, .status, .echoSecret,
      .hostileText, .plainText:
      false
    }
  }
}
