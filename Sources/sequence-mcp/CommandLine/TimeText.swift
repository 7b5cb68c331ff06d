import Platform

/// Times as people see them: local, or UTC.
struct TimeText {
  let isUTC: Bool
  private let zone = Zone()

  init(isUTC: Bool) { self.isUTC = isUTC }

  init(_ arguments: ParsedArguments) { isUTC = arguments.has(.utc) }

  /// Returns `2026-11-22 15:56`, followed by `Z` for UTC.
  func of(milliseconds: Int64) -> String {
    let minutes = (milliseconds + (isUTC ? 0 : zone.offset(at: milliseconds))).flooredQuotient(60_000)
    let days = minutes.flooredQuotient(1440)
    let time = minutes - days * 1440
    var text = zone.date(ofDay: days)
    text.reserveCapacity(17)
    append(UInt8(ascii: " "), time / 60, to: &text)
    append(UInt8(ascii: ":"), time % 60, to: &text)
    if isUTC { text.append(UInt8(ascii: "Z")) }
    return String(decoding: text, as: UTF8.self)
  }

  private func append(_ mark: UInt8, _ number: Int64, to text: inout [UInt8]) {
    text.append(mark)
    text.append(UInt8(ascii: "0") + UInt8(number / 10))
    text.append(UInt8(ascii: "0") + UInt8(number % 10))
  }

  /// Returns the time alone if it is on the same day as `now`, `tomorrow 15:56` or `yesterday 15:56`, else the date and time.
  func brief(milliseconds: Int64, now: Int64) -> String {
    let text = of(milliseconds: milliseconds)
    let time = String(text.dropFirst(11))
    switch day(of: milliseconds) - day(of: now) {
    case 0: return time
    case 1: return "tomorrow " + time
    case -1: return "yesterday " + time
    default: return text
    }
  }

  /// Returns the number of the day, counted from 1970-01-01.
  private func day(of milliseconds: Int64) -> Int64 {
    (milliseconds + (isUTC ? 0 : zone.offset(at: milliseconds))).flooredQuotient(86_400_000)
  }

  /// A cache of the system's time zone offset per quarter of an hour, and of the date per day: a table has thousands of times.
  private final class Zone {
    private var quarter: Int64 = .min
    private var offset: Int64 = 0
    private var day: Int64 = .min
    private var date: [UInt8] = []

    func offset(at milliseconds: Int64) -> Int64 {
      let quarter = milliseconds.flooredQuotient(900_000)
      if quarter != self.quarter {
        self.quarter = quarter
        offset = Timestamp.localOffset(milliseconds: milliseconds)
      }
      return offset
    }

    func date(ofDay day: Int64) -> [UInt8] {
      if day != self.day {
        self.day = day
        date = Array(Timestamp.rfc3339(milliseconds: day * 86_400_000).utf8.prefix(10))
      }
      return date
    }
  }
}
