// This program computes without floating point: money is exact cents or decimal text. The Swift library in it would all the same
// have every start load the C library's mathematics, libm, which takes a twentieth of it. So a release on Linux is linked
// without (`Sources/Linking/libm.so`). Here is what takes its place; `.ci/symbols` sees to it that nothing needs more.

/// The two functions of libm that the Swift library itself calls, for the size of its hash tables among others.
enum WholeNumber {
  /// The nearest whole number towards zero, as C's `trunc` (ISO C 7.12.9.8): infinities, NaN and the sign of zero stay.
  static func truncating(_ value: Double) -> Double {
    // From 2^52 on a Double has no fraction.
    guard value.magnitude < 4_503_599_627_370_496 else { return value }
    return Double(signOf: value, magnitudeOf: Double(Int64(value)))
  }

  /// The nearest whole number that is not less, as C's `ceil` (ISO C 7.12.9.1).
  static func ceiling(_ value: Double) -> Double {
    let whole = truncating(value)
    return whole < value ? whole + 1 : whole
  }
}

#if canImport(Glibc) && !DEBUG
  @_cdecl("trunc")
  func trunc(_ value: Double) -> Double { WholeNumber.truncating(value) }

  @_cdecl("ceil")
  func ceil(_ value: Double) -> Double { WholeNumber.ceiling(value) }

  /// What a call of any other function of libm comes to.
  @_cdecl("sequence_mcp_no_floating_point")
  func noFloatingPoint() -> Never { fatalError("this program is linked without floating-point mathematics") }
#endif
