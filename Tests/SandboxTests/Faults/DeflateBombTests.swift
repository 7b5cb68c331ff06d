import Foundation
import Testing

@testable import Sandbox

@Suite struct DeflateBombTests {
  @Test(arguments: [1, 2, 258, 259, 260, 1000, 300_000])
  func `gzip unpacks it`(count: Int) throws {
    #expect(try unpacked(DeflateBomb.gzip(bytes: count)) == Data(repeating: 0x20, count: count))
  }

  @Test func `the deflate coding holds the same block and its own checksum`() {
    let gzip = DeflateBomb.gzip(bytes: 300_000)
    let zlib = DeflateBomb.zlib(bytes: 300_000)
    let block = gzip.dropFirst(10).dropLast(8)
    #expect(zlib.dropFirst(2).dropLast(4) == block)
    let head = UInt16(zlib[0]) << 8 | UInt16(zlib[1])
    #expect(head % 31 == 0)
    var (low, high): (UInt32, UInt32) = (1, 0)
    for _ in 0..<300_000 {
      low = (low + 0x20) % 65521
      high = (high + low) % 65521
    }
    let checksum = withUnsafeBytes(of: (high << 16 | low).bigEndian) { Array($0) }
    #expect(Array(zlib.suffix(4)) == checksum)
  }

  @Test func `eight mebibytes take a hundredth of that`() {
    #expect(DeflateBomb.gzip(bytes: 8 << 20).count < 60_000)
  }

  /// Returns the output of the `gzip` command, which also checks the length and the checksum.
  private func unpacked(_ bytes: [UInt8]) throws -> Data {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc"]
    let (input, output) = (Pipe(), Pipe())
    (gzip.standardInput, gzip.standardOutput) = (input, output)
    try gzip.run()
    input.fileHandleForWriting.write(Data(bytes))
    try input.fileHandleForWriting.close()
    let result = output.fileHandleForReading.readDataToEndOfFile()
    gzip.waitUntilExit()
    #expect(gzip.terminationStatus == 0)
    return result
  }
}
