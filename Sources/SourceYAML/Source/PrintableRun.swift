extension UnsafeBufferPointer<UInt8> {
  /// How many bytes from `start` on are printable ASCII, which nearly all of a file is: eight at a time.
  func printableRun(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var index = start
    if let bytes = UnsafeRawPointer(baseAddress) {
      while index + 8 <= count {
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        // A byte's top bit is set where it is under 0x20, over 0x7E or over 0x7F. A carry only reaches the bytes above.
        let others = ((word &- ones &* 0x20) | (word &+ ones) | word) & (ones &* 0x80)
        if others != 0 { return index - start + others.trailingZeroBitCount / 8 }
        index += 8
      }
    }
    while index < count, self[index] >= 0x20, self[index] < 0x7F { index += 1 }
    return index - start
  }
}
