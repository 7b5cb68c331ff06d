#if os(Linux)
  import Foundation
  import JSON
  import Rules
  import Testing
  import TestSupport

  @testable import sequence_mcp

  /// Text from outside, from every source to every place where somebody reads it, with the built program.
  @Suite(.waiting) struct OutletTests {
    @Test func `every command is in the table of outlets, or shows only our own words`() {
      let listed = Set(Outlets.all.compactMap(\.command))
      #expect(listed.isDisjoint(with: Outlets.ownWords))
      #expect(listed.union(Outlets.ownWords) == Set(Subcommands.all.map { $0.name }))
    }

    /// Commands of the table whose formats have tests of their own: those of diagnostics are in MachineRendererTests.
    private static let formatsTestedElsewhere: Set = ["validate-config"]

    @Test func `every format of every command in the table is in it`() {
      let seen = Dictionary(grouping: Outlets.all, by: \.command)
      for command in Subcommands.all where !Self.formatsTestedElsewhere.contains(command.name) {
        guard let outlets = seen[command.name] else { continue }
        let choices = command.options.first { $0.name == "--format" }?.choices ?? []
        #expect(Set(choices).isSubset(of: outlets.compactMap(\.format)), "\(command.name)")
      }
    }

    /// The window's text is that of the client's question; CatalogTests/OutletTests tests what the window's program receives.
    @Test func `every channel of a question is in the table`() {
      let seen = Set(Outlets.all.compactMap(\.channel))
      #expect(seen.union(["dialog"]) == Set(ConfirmationPolicy.Channel.allCases.map(\.rawValue)))
    }

    /// Whether Unicode classifies the character as invisible. Wide and narrow spaces are visible gaps, so values keep them.
    static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
      let properties = scalar.properties
      switch properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse: return true
      case .unassigned: return !(0x1F000...0x1FAFF ~= scalar.value)
      default:
        return properties.isDefaultIgnorableCodePoint || properties.isVariationSelector
      }
    }

    /// All assigned ones, and one in a thousand of the others.
    private static let hidden = (0...0x10FFFF).compactMap { Unicode.Scalar(UInt32($0)) }.filter { scalar in
      let category = scalar.properties.generalCategory
      return isHidden(scalar) && (category != .privateUse && category != .unassigned || scalar.value % 1009 == 0)
    }

    @Test func `no hidden character leaves by any outlet`() throws {
      // Short enough that no limit truncates any of them.
      let texts = stride(from: 0, to: Self.hidden.count, by: 120).map { start in
        var text = "a"
        for scalar in Self.hidden[start..<min(start + 120, Self.hidden.count)] { text.unicodeScalars.append(scalar) }
        return text + "b"
      }
      let all = texts.joined().unicodeScalars.prefix(1500)
      let argument = String(String.UnicodeScalarView(all))
      let stage = try OutletStage(texts, client: texts[0] + texts[1], argument: argument, pause: texts[0] + texts[2])
      for outlet in Outlets.all {
        let text = try outlet.look(stage)
        #expect(!text.isEmpty, "\(outlet)")
        let left = Set(
          text.replacing("\r\n", with: "\n").unicodeScalars.filter { $0 != "\n" && Self.isHidden($0) }.map(\.value))
        #expect(left.isEmpty, "\(outlet): \(left.sorted().prefix(5).map { String($0, radix: 16) })")
      }
    }

    /// The lengths to which any text is truncated.
    private static let limits = [40, 64, 80, 200, 253, 300, 2000]

    /// Some of the forms that the threat model lists. CatalogOutletTests tests each of them at each limit for texts of the API.
    private static func forms(_ secret: String) -> [String] {
      let bytes = Array(secret.utf8)
      return [
        secret, bytes.map { String(format: "\\u%04x", $0) }.joined(), Data(bytes).base64EncodedString(),
        secret.map(String.init).joined(separator: "\u{200B}"),
      ]
    }

    @Test func `no limit cuts a secret into a part that leaves by any outlet`() throws {
      let secret = Stage.secrets[0]
      let forms = Self.forms(secret)
      let texts = Self.limits.flatMap { limit in
        forms.flatMap { (form: String) -> [String] in
          let step = max(1, form.count * 6 / secret.count)
          return stride(from: max(0, limit - form.count), through: limit + 2, by: step).map { length in
            String(repeating: "m", count: length) + form + " y"
          }
        }
      }
      let client = String(repeating: "m", count: 118) + secret
      // An argument with a secret would be refused.
      let stage = try OutletStage(texts, client: client, argument: "roof", readsAccountsAlone: false)
      for outlet in Outlets.all {
        let text = try outlet.look(stage)
        for form in forms {
          #expect(!text.contains(form.prefix(max(6, form.count * 6 / secret.count))), "\(outlet)")
        }
      }
    }

    @Test func `no diagnostic shows a part of a secret that was written into the file`() throws {
      let program = try Program()
      var files: [(name: String, secret: String)] = []
      for column in stride(from: 0, through: 240, by: 15) {
        let pad = String(repeating: " ", count: column)
        for (key, quote) in [("api_secret: ", ""), ("api_secret: {env: ", ""), ("api_sekret: ", "\"")] {
          // Each its own: one that was found in a file would be taken out of what is said of the others.
          let file = (name: "\(files.count).yaml", secret: String(format: "sk-%02dZq81x7PvW0mKd", files.count))
          let line = key + pad + quote + file.secret + quote
          try program.write("version: 1\nrules:\n  a:\n    rule_id: ru_1\n    \(line)\n", to: file.name)
          files.append(file)
        }
      }
      let result = try program.run(["validate-config", "--no-secrets"] + files.map(\.name))
      for file in files {
        #expect(result.output.contains("\n\(file.name):5:"), "\(file)")
        #expect(!(result.output + result.errorOutput).contains(file.secret.prefix(6)), "\(file)")
      }
    }
  }
#endif
