import Platform

/// How times are shown to people: local, or as UTC.
struct TimeText {
  let isUTC: Bool
  private let zone = Zone()

  init(isUTC: Bool) { self.isUTC = isUTC }

  init(_ arguments: ParsedArguments) { isUTC = arguments.has(.utc) }

  /// `2026-11-22 15:56`, and a `Z` for UTC.
  func of(milliseconds: Int64) -> String {
    let minutes = (milliseconds + (isUTC ? 0 : zone.offset(at: milliseconds))).flooredQuotient(60_000)
    let days = minutes.flooredQuotient(1440)
    let date = zone.date(ofDay: days)
    let time = minutes - days * 1440
    var text = Array(date.utf8)
    for (mark, number) in [(" ", time / 60), (":", time % 60)] as [(Unicode.Scalar, Int64)] {
      text += [UInt8(ascii: mark), UInt8(ascii: "0") + UInt8(number / 10), UInt8(ascii: "0") + UInt8(number % 10)]
    }
    if isUTC { text.append(UInt8(ascii: "Z")) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The time alone if it is on the same day as `now`; `tomorrow 15:56` and `yesterday 15:56`.
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

  /// Counted from 1970-01-01.
  private func day(of milliseconds: Int64) -> Int64 {
    (milliseconds + (isUTC ? 0 : zone.offset(at: milliseconds))).flooredQuotient(86_400_000)
  }

  /// What the system's time zone says, asked once for a quarter of an hour, and a day's date, made once: a table has thousands of times.
  private final class Zone {
    private var quarter: Int64 = .min
    private var offset: Int64 = 0
    private var day: Int64 = .min
    private var date = ""

    func offset(at milliseconds: Int64) -> Int64 {
      let quarter = milliseconds.flooredQuotient(900_000)
      if quarter != self.quarter {
        self.quarter = quarter
        offset = Timestamp.localOffset(milliseconds: milliseconds)
      }
      return offset
    }

    func date(ofDay day: Int64) -> String {
      if day != self.day {
        self.day = day
        date = String(Timestamp.rfc3339(milliseconds: day * 86_400_000).prefix(10))
      }
      return date
    }
  }
}
