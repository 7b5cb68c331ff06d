import Platform

/// How bytes reach the disk; tests put full and broken disks in its place.
struct Storage: Sendable {
  var write: @Sendable (_ bytes: [UInt8], _ descriptor: Int32) throws(SystemError) -> Void
  var synchronize: @Sendable (_ descriptor: Int32) throws(SystemError) -> Void

  /// The machine's own disk.
  static let disk = Storage(
    write: { bytes, descriptor throws(SystemError) in try FileDescriptor.writeAll(bytes, to: descriptor) },
    synchronize: { descriptor throws(SystemError) in try FileDescriptor.synchronize(descriptor) })
}
