/// The colours of a report on a terminal (ECMA-48), or none.
struct Palette {
  enum Role: String {
    case place = "1"
    case error = "1;31"
    case warning = "1;33"
    case note = "1;36"
    case gutter = "34"
  }

  let isColoured: Bool

  func paint(_ text: String, _ role: Role) -> String {
    isColoured ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
