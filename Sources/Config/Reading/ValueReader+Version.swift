import JSON
import Rules
import SourceYAML

extension ValueReader where Value == Int {
  /// The version of the configuration language.
  static var version: ValueReader {
    ValueReader(
      type: "1", schema: ["const": 1],
      read: { node, place, context in
        guard case .number(let number) = node.content else {
          context.reportWrongType(node, subject: place.subject, expected: "the number 1", help: unquoteHelp(node))
          return nil
        }
        guard number.intValue == 1 else {
          context.report(
            .unsupportedVersion, "version \(quoted(number.text)) of the configuration language is not known here",
            help: "write version: 1", at: node.range)
          return nil
        }
        return 1
      })
  }
}
