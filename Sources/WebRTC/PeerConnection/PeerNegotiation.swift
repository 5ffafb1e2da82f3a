import RTP

/// Why a description was not taken. Nothing has changed then.
package enum PeerNegotiationError: Error, Equatable, Sendable {
  case malformed(SDPError)
  case unusable(NegotiationError)
  /// The description has another certificate or another role than the association that exists; that takes a new peer connection.
  case anotherPeer
  /// An answer that no offer is waiting for.
  case unexpectedAnswer
  /// A fragment with other credentials than the connection has, where no restart was asked for.
  case unexpectedRestart
  /// The peer connection is over.
  case ended
}

/// The server's half of the exchange of descriptions.
enum PeerNegotiation {
  /// The server's side of a session that the peer makes the offers of.
  struct Answering {
    let side: SessionAnswer.Side
    var origin: SessionDescription.Origin
    /// How many answers were given.
    var count: UInt64 = 0
  }

  /// The server's side of a session that it makes the offers of itself.
  struct Offering {
    var offer: SubscriptionOffer
    var schedule = OfferSchedule()
    /// How often a place was given SSRCs anew.
    var renewalCount = 0
  }

  case answering(Answering)
  case offering(Offering)

  init(_ role: PeerRole, _ configuration: PeerConfiguration, _ numbers: inout NumberGenerator) {
    let session = UInt64.random(in: 1...UInt64(Int64.max), using: &numbers)  // 63 bits (RFC 9429 §5.2.1)
    let origin = SessionDescription.Origin(sessionID: String(session), version: "0")
    switch role {
    case .publisher:
      self = .answering(Answering(side: .receiving, origin: origin))
    case .viewer(let tracks):
      let tracks = LocalTrack.allocate(tracks, configuration, besides: [], &numbers)
      self = .answering(Answering(side: .sending(tracks), origin: origin))
    case .subscriber:
      self = .offering(Offering(offer: SubscriptionOffer(sessionID: session, codecs: configuration.offeredCodecs)))
    }
  }

  var nextDeadline: Instant {
    switch self {
    case .answering: return .distantFuture
    case .offering(let offering): return offering.schedule.nextDeadline
    }
  }
}

extension LocalTrack {
  /// Gives SSRCs to tracks, each different from all others of the transport.
  static func allocate(
    _ tracks: [TrackDescription], _ configuration: PeerConfiguration, besides others: [LocalTrack],
    _ numbers: inout NumberGenerator
  ) -> [LocalTrack] {
    var used = others.flatMap { [$0.ssrc, $0.retransmission].compactMap { $0 } }
    return tracks.map { track in
      let ssrc = numbers.ssrc(besides: used)
      used.append(ssrc)
      let retransmission = track.kind == .video ? numbers.ssrc(besides: used) : nil
      if let retransmission { used.append(retransmission) }
      return LocalTrack(
        kind: track.kind, ssrc: ssrc, retransmission: retransmission, cname: configuration.canonicalName,
        stream: track.stream, track: track.track)
    }
  }
}
