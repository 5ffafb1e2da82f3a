import RTP

/// The codecs that the server offers to subscribers, each with its fixed payload type.
///
/// Numbers are given from 35 to 63 first and then from 96: those from 64 to 95 look like RTCP (RFC 5761 §4), and the usual ones
/// above 96 stay free, which helps those who mix descriptions of two peer connections up.
package struct OfferedCodecs: Sendable {
  private struct Entry {
    let codec: MediaCodec
    let payloadType: UInt8
    let retransmission: UInt8?
  }

  /// What may be given to codecs, in this order.
  private static let dynamicPayloadTypes: [UInt8] = Array(35...63) + Array(96...127)

  /// What publishers send, in the order of the default preference; one number each for ever, whichever of them are offered.
  private static let all: [MediaCodec] = [
    .opus, .red, .vp8, .h264(.constrainedBaseline, packetizationMode: 1), .vp9(profile: 0), .av1(profile: 0),
    .h264(.baseline, packetizationMode: 1), .h264(.main, packetizationMode: 1), .h264(.high, packetizationMode: 1),
    .h264(.constrainedHigh, packetizationMode: 1), .h264(.constrainedBaseline, packetizationMode: 0),
    .h264(.baseline, packetizationMode: 0), .h265(profile: 1, tier: 0), .vp9(profile: 2),
  ]

  private static let entries: [Entry] = {
    var free = dynamicPayloadTypes[...]
    return all.map { codec in
      Entry(
        codec: codec, payloadType: free.removeFirst(),
        retransmission: codec.kind == .video ? free.removeFirst() : nil)
    }
  }()

  private let entries: [Entry]

  /// The given codecs, or all; codecs that are never offered are left out.
  package init(_ codecs: [MediaCodec]? = nil) {
    entries = Self.entries.filter { codecs?.contains($0.codec) ?? true }
  }

  /// How the codecs of a kind stand in an offer, or those `among` the wanted; all if none of these is offered.
  func descriptions(of kind: MediaKind, among wanted: [MediaCodec]? = nil) -> [CodecDescription] {
    let known = entries.filter { $0.codec.kind == kind }
    let useful = wanted.map { $0.flatMap { codec in known.filter { $0.codec == codec } } } ?? known
    return (useful.isEmpty ? known : useful).flatMap { entry in
      let description = Self.description(of: entry)
      return [description] + (entry.retransmission.map { [.retransmission($0, of: description)] } ?? [])
    }
  }

  private static func description(of entry: Entry) -> CodecDescription {
    let isAudio = entry.codec.kind == .audio
    return CodecDescription(
      payloadType: entry.payloadType, name: entry.codec.encodingName, clockRate: isAudio ? 48_000 : 90_000,
      channelCount: isAudio ? 2 : nil, parameters: parameters(of: entry),
      feedback: MediaCapabilities.feedback(of: entry.codec.kind))
  }

  private static func parameters(of entry: Entry) -> FormatParameters? {
    switch entry.codec {
    case .opus: return FormatParameters(["minptime": "10", "useinbandfec": "1"])
    case .red:
      let opus = entries.first { $0.codec == .opus }.map { String($0.payloadType) } ?? ""
      return FormatParameters("\(opus)/\(opus)")
    case .vp8: return nil
    case .vp9(let profile): return FormatParameters(["profile-id": String(profile)])
    case .av1(let profile): return FormatParameters(["level-idx": "5", "profile": String(profile), "tier": "0"])
    case .h264(let profile, let mode):
      return FormatParameters([
        "level-asymmetry-allowed": "1", "packetization-mode": String(mode),
        "profile-level-id": profile.profileLevelID,
      ])
    case .h265(let profile, let tier):
      return FormatParameters([
        "level-id": "120", "profile-id": String(profile), "tier-flag": String(tier), "tx-mode": "SRST",
      ])
    }
  }

  /// What of the offered codecs an answer keeps, in the answer's order and under the answer's payload types.
  ///
  /// An answer should keep the numbers of the offer but need not, and the offerer sends with those of the answer (RFC 3264 §5.1,
  /// §6.1): some stacks have numbers of their own for every codec.
  func accepted(by answer: MediaDescription) -> [NegotiatedCodec] {
    answer.codecs.compactMap { description in
      guard let entry = entry(for: description) else { return nil }
      return NegotiatedCodec(
        payloadType: description.payloadType, codec: entry.codec, clockRate: description.clockRate,
        retransmission: entry.retransmission == nil ? nil : Self.retransmission(of: description, in: answer),
        feedback: MediaCapabilities.feedback(of: answer.kind).filter { description.feedback.contains($0) })
    }
  }

  /// The offered codec that a description means: in any form under the number it was offered with, in the same form under another.
  private func entry(for description: CodecDescription) -> Entry? {
    guard let codec = MediaCodec(description) else { return nil }
    let same = entries.first { $0.payloadType == description.payloadType && $0.codec.family == codec.family }
    guard same == nil, Self.dynamicPayloadTypes.contains(description.payloadType) else { return same }
    return entries.first { $0.codec == codec }
  }

  /// The payload type that an answer wants a codec's retransmissions with; nil if it wants none.
  private static func retransmission(of codec: CodecDescription, in answer: MediaDescription) -> UInt8? {
    answer.codecs.first {
      $0.hasName("rtx") && $0.parameters?.number("apt") == codec.payloadType
        && dynamicPayloadTypes.contains($0.payloadType)
    }?.payloadType
  }
}

extension MediaCodec {
  /// The name in `rtpmap`.
  var encodingName: String {
    switch family {
    case .opus, .red: return family.rawValue
    case .vp8, .vp9, .h264, .h265, .av1: return family.rawValue.uppercased()
    }
  }
}

/// The header extensions that the server offers to subscribers; all media descriptions of a bundle share the numbers.
enum OfferedExtensions {
  /// Below 15, so that the one-byte form suffices; the order of `HeaderExtensionKind` would leave gaps.
  private static let order: [HeaderExtensionKind] = [
    .mid, .transportSequenceNumber, .absoluteSendTime, .audioLevel, .absoluteCaptureTime, .playoutDelay,
    .videoOrientation, .dependencyDescriptor, .transmissionOffset, .videoContentType, .videoTiming, .colorSpace,
  ]

  static func maps(of kind: MediaKind) -> [ExtensionMap] {
    let wanted = MediaCapabilities.sentExtensions(of: kind)
    return zip(UInt8(1)..., order).filter { wanted.contains($0.1) }.map { ExtensionMap(id: $0, uri: $1.uri) }
  }

  /// What of the offered extensions an answer keeps.
  static func accepted(by answer: MediaDescription) -> HeaderExtensionMap {
    var accepted = HeaderExtensionMap()
    for offered in maps(of: answer.kind) {
      guard let kind = HeaderExtensionKind(uri: offered.uri),
        answer.extensions.contains(where: { $0.id == offered.id && $0.uri == offered.uri && $0.direction != .sendonly })
      else { continue }
      try? accepted.assign(offered.id, to: kind)  // the ids are ours, from 1 to 12
    }
    return accepted
  }
}
