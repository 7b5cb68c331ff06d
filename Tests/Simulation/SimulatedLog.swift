import Foundation
import Platform

/// The log of a schedule's servers, and their notices to the owner.
// `@unchecked Sendable`: see `SimulatedMachine`.
final class SimulatedLog: @unchecked Sendable {
  let descriptor: Int32
  private var notices: [UInt8] = []
  private let file: UnsafeMutablePointer<FILE>

  init() {
    guard let file = tmpfile() else { fatalError("no file for the simulation's log") }
    self.file = file
    descriptor = fileno(file)
  }

  deinit { fclose(file) }

  func take(_ bytes: [UInt8]) { notices += bytes }

  /// Returns everything since the last call.
  func drain() -> [UInt8] {
    lseek(descriptor, 0, SEEK_SET)
    let bytes = (try? FileDescriptor.readAll(descriptor, limit: 1 << 24)) ?? []
    ftruncate(descriptor, 0)
    lseek(descriptor, 0, SEEK_SET)
    defer { notices = [] }
    return bytes + notices
  }
}
