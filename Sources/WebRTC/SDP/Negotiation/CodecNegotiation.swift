import RTP

/// Which payload types of an offer the server takes, and how it writes them.
struct CodecNegotiation {
  private(set) var accepted: [NegotiatedCodec] = []
  /// The same for the answer, retransmissions included.
  private(set) var descriptions: [CodecDescription] = []

  init(offer: MediaDescription, capabilities: MediaCapabilities) {
    let allowed = capabilities.codecs(of: offer.kind)
    var candidates = offer.codecs.compactMap { description in
      MediaCodec(description).flatMap { allowed.contains($0.family) ? (description, $0) : nil }
    }
    if offer.kind == .video { candidates = Self.sorted(candidates, by: allowed) }
    for (description, codec) in candidates where Self.isUsable(description, codec, beside: candidates.map(\.0)) {
      accept(description, codec, from: offer)
    }
  }

  /// In the server's order of families, and inside a family in the offer's.
  private static func sorted(
    _ candidates: [(CodecDescription, MediaCodec)], by order: [MediaCodec.Family]
  ) -> [(CodecDescription, MediaCodec)] {
    order.flatMap { family in candidates.filter { $0.1.family == family } }
  }

  /// RED is of use only around an Opus that is there (`fmtp:63 111/111`).
  private static func isUsable(
    _ description: CodecDescription, _ codec: MediaCodec, beside others: [CodecDescription]
  ) -> Bool {
    guard codec == .red else { return true }
    let inner = description.parameters.map { Substring($0.text).parts(at: UInt8(ascii: "/")) } ?? []
    return inner.allSatisfy { text in
      others.contains { $0.hasName("opus") && String($0.payloadType) == text }
    }
  }

  private mutating func accept(_ description: CodecDescription, _ codec: MediaCodec, from offer: MediaDescription) {
    let feedback = MediaCapabilities.feedback(of: offer.kind).filter { description.feedback.contains($0) }
    let retransmission = offer.codecs.first {
      $0.hasName("rtx") && $0.parameters?.number("apt") == description.payloadType
    }
    accepted.append(
      NegotiatedCodec(
        payloadType: description.payloadType, codec: codec, clockRate: description.clockRate,
        retransmission: retransmission?.payloadType, feedback: feedback))
    var answer = description
    answer.feedback = feedback
    answer.parameters = Self.parameters(of: codec, offered: description.parameters)
    descriptions.append(answer)
    if let retransmission {
      descriptions.append(.retransmission(retransmission.payloadType, of: description))
    }
  }

  /// The format parameters of the answer: those that must agree, and what the server wants of the sender.
  private static func parameters(of codec: MediaCodec, offered: FormatParameters?) -> FormatParameters? {
    switch codec {
    case .opus:
      let isStereo = offered?["stereo"] == "1" || offered?["sprop-stereo"] == "1"
      return FormatParameters(isStereo ? "minptime=10;stereo=1;useinbandfec=1" : "minptime=10;useinbandfec=1")
    case .h264(let profile, let mode):
      return FormatParameters([
        "level-asymmetry-allowed": "1", "packetization-mode": String(mode),
        "profile-level-id": offered?["profile-level-id"] ?? profile.profileLevelID,
      ])
    case .vp9(let profile):
      return offered?["profile-id"] == nil ? nil : FormatParameters(["profile-id": String(profile)])
    case .red, .av1, .h265: return offered
    case .vp8: return nil
    }
  }
}

extension CodecDescription {
  /// The retransmissions of another payload type.
  static func retransmission(_ payloadType: UInt8, of original: CodecDescription) -> CodecDescription {
    CodecDescription(
      payloadType: payloadType, name: "rtx", clockRate: original.clockRate,
      parameters: FormatParameters(["apt": String(original.payloadType)]))
  }
}

/// Which header extensions of an offer the server takes.
struct ExtensionNegotiation {
  private(set) var accepted = HeaderExtensionMap()
  private(set) var maps: [ExtensionMap] = []

  /// Ids above 14 need the two-byte form, and 15 means something else in the one-byte form (RFC 8285 §4.2).
  init(offer: MediaDescription, allowsMixed: Bool, isReceiving: Bool) {
    let wanted =
      isReceiving
      ? MediaCapabilities.receivedExtensions(of: offer.kind) : MediaCapabilities.sentExtensions(of: offer.kind)
    var seen: Set<UInt8> = []
    for map in offer.extensions {
      guard let kind = HeaderExtensionKind(uri: map.uri), wanted.contains(kind), accepted.id(of: kind) == nil,
        map.id < 15 || (allowsMixed && map.id > 15), seen.insert(map.id).inserted
      else { continue }
      let direction = map.direction?.reversed
      guard direction.map({ isReceiving ? $0.receives : $0.sends }) ?? true else { continue }
      guard (try? accepted.assign(map.id, to: kind)) != nil else { continue }
      maps.append(ExtensionMap(id: map.id, direction: direction, uri: map.uri))
    }
  }
}
