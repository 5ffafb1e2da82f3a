/// Reading `signal`: its form is checked, its strings are passed on as the bytes they were written with.
extension MessageDecoder {
  private static let maximumConnection = 64
  private static let maximumStreams = 64
  /// Bytes of a description as it is written; of browsers they have at most half of this.
  private static let maximumDescription = 32_768
  private static let maximumCandidate = 1024
  private static let sdpTypes: Set<String> = ["offer", "answer", "pranswer", "rollback"]
  private static let streamKinds: Set<String> = ["camera", "screen"]

  func signal(_ fields: JSONFields) throws(SignalingError) -> SignalRequest {
    let connection = try fields.string("connection", atMost: Self.maximumConnection)
    guard !connection.isEmpty else { throw fields.refusal("connection", "is empty") }
    return SignalRequest(
      to: try participantID("to", fields), connection: connection, payload: try payload(fields))
  }

  private func payload(_ fields: JSONFields) throws(SignalingError) -> [UInt8] {
    if let description = try fields.optionalObject("description") {
      guard !fields.has("candidate") else { throw fields.refusal("candidate", "cannot go with a description") }
      var payload = try self.description(description)
      guard payload.count <= Self.maximumDescription else { throw fields.refusal("description", "is too long") }
      if let streams = try fields.optionalObject("streams") { payload += try self.streams(streams) }
      return payload
    }
    if let candidate = try fields.optionalObject("candidate") {
      let payload = try self.candidate(candidate)
      guard payload.count <= Self.maximumCandidate else { throw fields.refusal("candidate", "is too long") }
      return payload
    }
    guard fields.has("candidate") else { throw fields.refusal("description", "is missing") }
    return Array(#""candidate":null"#.utf8)
  }

  private func description(_ fields: JSONFields) throws(SignalingError) -> [UInt8] {
    let type = try fields.string("type", atMost: 16)
    guard Self.sdpTypes.contains(type) else { throw fields.refusal("type", "has a value that is not known") }
    var payload = Array(#""description":{"type":"\#(type)""#.utf8)
    if let sdp = try fields.optionalRawString("sdp") {
      payload += Array(#","sdp":"#.utf8) + sdp
    } else if type != "rollback" {
      throw fields.refusal("sdp", "is missing")
    }
    return payload + [UInt8(ascii: "}")]
  }

  private func streams(_ fields: JSONFields) throws(SignalingError) -> [UInt8] {
    guard fields.all.count <= Self.maximumStreams else {
      throw SignalingError(.badRequest, "There are too many streams.")
    }
    var members: [[UInt8]] = []
    for member in fields.all {
      guard case .string(let kind) = member.value, Self.streamKinds.contains(fields.bytes.text(of: kind)) else {
        throw SignalingError(.badRequest, "The field “streams” must name every stream “camera” or “screen”.")
      }
      members.append(fields.bytes[member.name.token] + [UInt8(ascii: ":")] + fields.bytes[kind.token])
    }
    return Array(#","streams":{"#.utf8) + members.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "}")]
  }

  /// A candidate as `RTCIceCandidateInit` has it (WebRTC §4.8.1.1).
  private func candidate(_ fields: JSONFields) throws(SignalingError) -> [UInt8] {
    guard let text = try fields.optionalRawString("candidate") else { throw fields.refusal("candidate", "is missing") }
    var payload = Array(#""candidate":{"candidate":"#.utf8) + text
    if let mid = try fields.optionalRawString("sdpMid") { payload += Array(#","sdpMid":"#.utf8) + mid }
    if let index = try fields.optionalInteger("sdpMLineIndex", in: 0...65_535) {
      payload += Array(#","sdpMLineIndex":\#(index)"#.utf8)
    }
    if let fragment = try fields.optionalRawString("usernameFragment") {
      payload += Array(#","usernameFragment":"#.utf8) + fragment
    }
    return payload + [UInt8(ascii: "}")]
  }
}
