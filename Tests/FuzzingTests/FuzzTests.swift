import Foundation
import Fuzzing
import Testing

/// Mutated real inputs, a few hundred of each kind; the command `fuzz` runs millions. `FUZZ_INPUTS` sets how many of each kind
/// are run here, `FUZZ_FIRST` the number of the first one, and `FUZZ_DOMAIN` a single kind.
struct FuzzTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
  }

  private static let domains = (FuzzDomain.all + FuzzDomain.program).filter { domain in
    ProcessInfo.processInfo.environment["FUZZ_DOMAIN"].map { $0 == domain.name } ?? true
  }

  @Test(
    arguments: domains)
  func `no input makes the program crash, hang or say what is not so`(domain: FuzzDomain) {
    let outcome = FuzzRun(isAlone: false).run(
      domain, first: Self.number("FUZZ_FIRST") ?? 1, count: Self.number("FUZZ_INPUTS") ?? 400)
    print("\(domain.name): \(outcome.count) inputs in \(outcome.seconds) s, memory grew by \(outcome.growth) KiB")
    let input = outcome.failure.map { String(decoding: domain.input($0.number).bytes, as: UTF8.self) } ?? ""
    #expect(outcome.failure == nil, "input \(outcome.failure?.number ?? 0): \(outcome.failure?.words ?? "")\n\(input)")
  }

  @Test func `an input of a number is the same each time`() {
    for domain in FuzzDomain.all {
      for number: UInt64 in 1...50 { #expect(domain.input(number).bytes == domain.input(number).bytes) }
    }
  }
}

extension FuzzDomain: CustomTestStringConvertible {
  public var testDescription: String { name }
}
