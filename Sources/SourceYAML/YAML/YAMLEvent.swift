/// One step through a YAML stream, as libyaml reports it, with places in the file.
struct YAMLEvent {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    /// A reference to the node that carries that anchor.
    case alias(String)
    case scalar(String, ScalarStyle)
    case sequenceStart(isFlow: Bool)
    case mappingStart(isFlow: Bool)
    case collectionEnd
  }

  enum ScalarStyle {
    case plain, quoted, block
  }

  /// What stands before a node that has an anchor or a tag. An object, since hardly any node has one.
  final class Properties {
    let anchor: String?
    /// In full: `tag:yaml.org,2002:str` for `!!str`.
    let tag: String?

    init(anchor: String?, tag: String?) {
      self.anchor = anchor
      self.tag = tag
    }
  }

  let kind: Kind
  let properties: Properties?
  /// Before an anchor or a tag.
  let start: SourcePosition
  /// Of a collection that ends: of its bracket, or anywhere behind it.
  let end: SourcePosition

  var anchor: String? { properties?.anchor }
  var tag: String? { properties?.tag }
}
