/// What a description says about one payload type: `rtpmap`, `fmtp` and `rtcp-fb` together (RFC 8866 §6.6, §6.15, RFC 4585 §4.2).
package struct CodecDescription: Equatable, Sendable {
  package var payloadType: UInt8
  /// The encoding name as written; compare without case (`OPUS/48000/2` occurs).
  package var name: String
  package var clockRate: UInt32
  package var channelCount: UInt8?
  package var parameters: FormatParameters?
  package var feedback: [RTCPFeedback] = []

  package init(
    payloadType: UInt8, name: String, clockRate: UInt32, channelCount: UInt8? = nil,
    parameters: FormatParameters? = nil, feedback: [RTCPFeedback] = []
  ) {
    self.payloadType = payloadType
    self.name = name
    self.clockRate = clockRate
    self.channelCount = channelCount
    self.parameters = parameters
    self.feedback = feedback
  }

  /// Reads the value of `rtpmap`: `111 opus/48000/2`.
  init(parsing value: Substring) throws(SDPError) {
    var words = value.words()
    payloadType = try words.payloadType()
    let parts = Substring(try words.word()).parts(at: UInt8(ascii: "/"))
    guard (2...3).contains(parts.count), parts[0].isToken else { throw .invalidValue }
    name = String(parts[0])
    clockRate = try parts[1].number(as: UInt32.self)
    channelCount = parts.count == 3 ? try parts[2].number(as: UInt8.self) : nil
  }

  package func hasName(_ other: String) -> Bool {
    name.lowercased() == other.lowercased()
  }

  var lines: [String] {
    let channels = channelCount.map { "/\($0)" } ?? ""
    var lines = ["a=rtpmap:\(payloadType) \(name)/\(clockRate)\(channels)"]
    lines += feedback.map { "a=rtcp-fb:\(payloadType) \($0.token)" }
    if let parameters { lines.append("a=fmtp:\(payloadType) \(parameters.text)") }
    return lines
  }
}

/// The value of `fmtp`: mostly `name=value` pairs between semicolons, for RED and telephone-event something else.
package struct FormatParameters: Equatable, Sendable {
  package var text: String

  package init(_ text: String) {
    self.text = text
  }

  package init(_ pairs: KeyValuePairs<String, String>) {
    text = pairs.map { "\($0.key)=\($0.value)" }.joined(separator: ";")
  }

  /// The value of a parameter; names are compared without case, spaces around them left out.
  package subscript(name: String) -> String? {
    for pair in Substring(text).parts(at: UInt8(ascii: ";")) {
      let (key, value) = pair.halves(at: UInt8(ascii: "="))
      if key.words().text.lowercased() == name { return value.map { String($0.words().text) } ?? "" }
    }
    return nil
  }

  /// The value of a parameter as a number, or nil if it is absent or none.
  package func number<Number: FixedWidthInteger>(_ name: String, as type: Number.Type = Number.self) -> Number? {
    self[name].flatMap { try? Substring($0).number(as: type) }
  }
}

/// One kind of RTCP feedback that a payload type may be answered with.
package enum RTCPFeedback: Hashable, Sendable {
  case nack
  case pictureLossIndication
  case fullIntraRequest
  case transportWideCongestionControl
  case receiverEstimatedMaximumBitrate
  case other(String)

  /// Reads what follows the payload type; pion leaves a space behind `nack`.
  init(_ text: Substring) {
    var words = text.words()
    let token = words.remainder().joined(separator: " ")
    switch token {
    case "nack": self = .nack
    case "nack pli": self = .pictureLossIndication
    case "ccm fir": self = .fullIntraRequest
    case "transport-cc": self = .transportWideCongestionControl
    case "goog-remb": self = .receiverEstimatedMaximumBitrate
    default: self = .other(token)
    }
  }

  var token: String {
    switch self {
    case .nack: return "nack"
    case .pictureLossIndication: return "nack pli"
    case .fullIntraRequest: return "ccm fir"
    case .transportWideCongestionControl: return "transport-cc"
    case .receiverEstimatedMaximumBitrate: return "goog-remb"
    case .other(let token): return token
    }
  }
}

extension SDPWords {
  /// The next word as a payload type, which has seven bits.
  mutating func payloadType() throws(SDPError) -> UInt8 {
    let number = try number(as: UInt8.self)
    guard number < 128 else { throw .invalidValue }
    return number
  }
}
