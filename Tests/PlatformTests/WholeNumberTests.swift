import Testing

@testable import Platform

@Suite struct WholeNumberTests {
  static let values: [Double] = [
    0, -0.0, 0.25, -0.25, 0.5, 0.999_999_999_999_999_9, 1, -1, 1.000_000_000_000_000_2, 2.5, -2.5, 1e15 + 0.5,
    4_503_599_627_370_495.5, -4_503_599_627_370_495.5, 4_503_599_627_370_496, 9_007_199_254_740_992, 1e300, -1e300,
    .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .greatestFiniteMagnitude, .infinity, -.infinity,
  ]

  @Test(arguments: values)
  func truncatingIsWhatTheLibraryOfMathematicsSays(value: Double) {
    #expect(WholeNumber.truncating(value).bitPattern == value.rounded(.towardZero).bitPattern)
  }

  @Test(arguments: values)
  func ceilingIsWhatTheLibraryOfMathematicsSays(value: Double) {
    #expect(WholeNumber.ceiling(value).bitPattern == value.rounded(.up).bitPattern)
  }

  @Test func notANumberStaysNone() {
    #expect(WholeNumber.truncating(.nan).isNaN)
    #expect(WholeNumber.ceiling(.nan).isNaN)
  }
}
