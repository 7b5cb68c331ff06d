package import Platform

/// Why a server ended.
package enum ServerEnding: Sendable, Hashable {
  case inputEnded
  /// The `wake` descriptor became readable.
  case stopped
  /// Nobody reads the output any more.
  case outputClosed
  /// The output takes no more, such as a full disk.
  case outputFailed(SystemError)
}
