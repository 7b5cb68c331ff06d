import Platform

/// A clock that stands at 2026-11-22T16:13:46.000Z.
struct FixedClock: Clock {
  func wallMilliseconds() -> Int64 { 1_795_364_026_000 }
  func monotonicNanoseconds() -> Int64 { 0 }
}
