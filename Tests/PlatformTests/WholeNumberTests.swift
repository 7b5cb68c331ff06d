import Testing

@testable import Platform

@Suite struct WholeNumberTests {
  /// A value, and what C's `trunc` and `ceil` make of it (ISO C 7.12.9.8 and 7.12.9.1), written out: Swift's own rounding is
  /// made of the functions under test where a release is tested.
  static let table: [(value: Double, truncated: Double, ceiling: Double)] = [
    (0, 0, 0), (-0.0, -0.0, -0.0), (0.25, 0, 1), (-0.25, -0.0, -0.0), (0.5, 0, 1), (0.999_999_999_999_999_9, 0, 1),
    (1, 1, 1), (-1, -1, -1), (1.000_000_000_000_000_2, 1, 2), (2.5, 2, 3), (-2.5, -2, -2),
    (4_503_599_627_370_495.5, 4_503_599_627_370_495, 4_503_599_627_370_496),
    (-4_503_599_627_370_495.5, -4_503_599_627_370_495, -4_503_599_627_370_495),
    (4_503_599_627_370_496, 4_503_599_627_370_496, 4_503_599_627_370_496), (1e300, 1e300, 1e300),
    (-1e300, -1e300, -1e300), (.leastNonzeroMagnitude, 0, 1), (-.leastNonzeroMagnitude, -0.0, -0.0),
    (.infinity, .infinity, .infinity), (-.infinity, -.infinity, -.infinity),
  ]

  @Test(arguments: table)
  func truncatingIsWhatCSays(value: Double, truncated: Double, ceiling: Double) {
    #expect(WholeNumber.truncating(value).bitPattern == truncated.bitPattern)
  }

  @Test(arguments: table)
  func ceilingIsWhatCSays(value: Double, truncated: Double, ceiling: Double) {
    #expect(WholeNumber.ceiling(value).bitPattern == ceiling.bitPattern)
  }

  @Test func notANumberStaysNone() {
    #expect(WholeNumber.truncating(.nan).isNaN)
    #expect(WholeNumber.ceiling(.nan).isNaN)
  }
}
