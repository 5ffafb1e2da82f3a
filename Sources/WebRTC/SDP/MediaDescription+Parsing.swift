/// A media description in the making: attributes of a payload type may come before the line that names it.
struct MediaAssembly {
  private var media: MediaDescription
  private var codecs: [UInt8: CodecDescription] = [:]
  private var parameters: [UInt8: FormatParameters] = [:]
  private var feedback: [UInt8: [RTCPFeedback]] = [:]
  /// What `rtcp-fb:*` says of all payload types.
  private var commonFeedback: [RTCPFeedback] = []

  /// Begins with the value of `m=`: `video 9 UDP/TLS/RTP/SAVPF 96 97`.
  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    let kind = MediaKind(try words.word(where: \.isToken))
    let (port, _) = Substring(try words.word()).halves(at: UInt8(ascii: "/"))
    let protocolName = try words.word()
    let formats = words.remainder()
    guard formats.count <= SDPLimits.formatCount else { throw .tooMany(.format) }
    media = MediaDescription(
      kind, port: try port.number(as: UInt16.self), protocolName: protocolName, formats: formats)
  }

  mutating func read(_ line: SDPLines.Line) throws(SDPError) {
    switch line.type {
    case UInt8(ascii: "c"): media.connection = String(line.value)
    case UInt8(ascii: "a"): try readAttribute(line.value)
    default: break
    }
  }

  private mutating func readAttribute(_ text: Substring) throws(SDPError) {
    let (nameText, valueText) = text.halves(at: UInt8(ascii: ":"))
    let name = String(nameText)
    let value = valueText ?? ""
    if try readFlag(name) { return }
    if try media.transport.read(name, value) { return }
    if try readCodecAttribute(name, value) { return }
    if try readSourceAttribute(name, value) { return }
    switch name {
    case "mid": media.mid = try Self.mid(value)
    case "extmap":
      try media.extensions.append(
        ExtensionMap(parsing: value), limit: .extensionMap, of: SDPLimits.extensionMapCount)
    case "candidate": try readCandidate(value)
    case "sctp-port": media.sctpPort = try value.words().text.number(as: UInt16.self)
    case "max-message-size": media.maximumMessageSize = try value.words().text.number(as: UInt64.self)
    default: try media.otherAttributes.append(SDPAttribute(name, valueText.map { String($0) }), limit: .attribute)
    }
  }

  private mutating func readFlag(_ name: String) throws(SDPError) -> Bool {
    switch name {
    case "rtcp-mux": media.multiplexesRTCP = true
    case "rtcp-mux-only": media.multiplexesRTCPOnly = true
    case "rtcp-rsize": media.reducesRTCPSize = true
    case "bundle-only": media.isBundleOnly = true
    case "extmap-allow-mixed": media.allowsMixedExtensions = true
    case "end-of-candidates": media.hasAllCandidates = true
    default:
      guard let direction = MediaDirection(rawValue: name) else { return false }
      media.direction = direction
    }
    return true
  }

  private mutating func readCodecAttribute(_ name: String, _ value: Substring) throws(SDPError) -> Bool {
    var words = value.words()
    switch name {
    case "rtpmap":
      let codec = try CodecDescription(parsing: value)
      codecs[codec.payloadType] = codec
    case "fmtp":
      // A format of data channels or another protocol is not a payload type and has no meaning here.
      guard let payloadType = try? words.payloadType() else { return true }
      parameters[payloadType] = FormatParameters(String(words.text))
    case "rtcp-fb": try readFeedback(value)
    default: return false
    }
    return true
  }

  private mutating func readFeedback(_ value: Substring) throws(SDPError) {
    var words = value.words()
    if value.utf8.first == UInt8(ascii: "*") {
      _ = words.next()
      return try commonFeedback.append(RTCPFeedback(words.text), limit: .attribute, of: SDPLimits.feedbackCount)
    }
    let payloadType = try words.payloadType()
    try feedback[payloadType, default: []].append(
      RTCPFeedback(words.text), limit: .attribute, of: SDPLimits.feedbackCount)
  }

  private mutating func readSourceAttribute(_ name: String, _ value: Substring) throws(SDPError) -> Bool {
    switch name {
    case "msid":
      try media.streams.append(MediaStreamIdentifier(parsing: value), limit: .attribute, of: SDPLimits.sourceCount)
    case "ssrc": try readSource(value)
    case "ssrc-group":
      try media.sourceGroups.append(SourceGroup(parsing: value), limit: .source, of: SDPLimits.sourceCount)
    case "rid":
      try media.restrictionIdentifiers.append(
        RestrictionIdentifier(parsing: value), limit: .restrictionIdentifier, of: SDPLimits.restrictionIdentifierCount)
    case "simulcast": media.simulcast = try SimulcastDescription(parsing: value)
    default: return false
    }
    return true
  }

  private mutating func readSource(_ value: Substring) throws(SDPError) {
    var words = value.words()
    let ssrc = try words.number(as: UInt32.self)
    if media.sources.last?.ssrc != ssrc, !media.sources.contains(where: { $0.ssrc == ssrc }) {
      try media.sources.append(
        DeclaredSource(ssrc: ssrc, attributes: []), limit: .source, of: SDPLimits.sourceCount)
    }
    let text = words.text
    guard !text.isEmpty, let index = media.sources.firstIndex(where: { $0.ssrc == ssrc }) else { return }
    let (attribute, attributeValue) = text.halves(at: UInt8(ascii: ":"))
    try media.sources[index].attributes.append(
      SDPAttribute(String(attribute), attributeValue.map { String($0) }), limit: .attribute, of: 16)
  }

  /// Candidates that cannot be understood are left out: an agent may know transports and types that we do not.
  private mutating func readCandidate(_ value: Substring) throws(SDPError) {
    guard let candidate = try? ICECandidate(parsing: value) else { return }
    try media.candidates.append(candidate, limit: .candidate, of: SDPLimits.candidateCount)
  }

  private static func mid(_ value: Substring) throws(SDPError) -> String {
    let mid = value.words().text
    guard mid.isToken, mid.utf8.count <= 64 else { throw .invalidValue }
    return String(mid)
  }

  /// The description, with what was said of each payload type put together.
  func finished() -> MediaDescription {
    var media = media
    var seen: Set<UInt8> = []
    media.codecs = media.formats.compactMap { format in
      guard let payloadType = try? Substring(format).number(as: UInt8.self), seen.insert(payloadType).inserted,
        var codec = codecs[payloadType]
      else { return nil }
      codec.parameters = parameters[payloadType]
      codec.feedback = feedback[payloadType, default: []]
      codec.feedback += commonFeedback.filter { !codec.feedback.contains($0) }
      return codec
    }
    return media
  }
}
