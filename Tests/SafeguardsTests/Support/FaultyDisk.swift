import Foundation
import Platform
import Synchronization

@testable import Safeguards

/// A disk that is full for some writes: it stores the first bytes of each and no more.
final class FaultyDisk: Sendable {
  private let left: Mutex<Int>
  private let kept: Int

  init(failingWrites: Int, kept: Int) {
    left = Mutex(failingWrites)
    self.kept = kept
  }

  func fail(times: Int) { left.withLock { $0 = times } }

  var storage: TamperedStorage {
    TamperedStorage(
      append: { [self] bytes, file throws(SystemError) in
        let isFailing = left.withLock { left in
          left -= 1
          return left >= 0
        }
        guard isFailing else { return try file.append(bytes) }
        try file.append(Array(bytes.prefix(kept)))
        throw SystemError(code: ENOSPC, attempt: "write")
      })
  }
}
