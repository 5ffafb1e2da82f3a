extension MediaServer {
  /// What the workers have done since the start, and what they hold now.
  package struct Statistics: Equatable, Sendable {
    package var rooms = 0
    /// Those of them in which everybody is sent what the others publish.
    package var routedRooms = 0
    /// Rooms that are on more workers than one, once for each further one.
    package var mirroredRooms = 0
    package var participants = 0
    /// Peer connections, two for each participant.
    package var peers = 0
    package var connectedPeers = 0
    package var streamConnections = 0
    package var publishedStreams = 0
    package var subscriptions = 0
    /// Packets that are kept for repairs or on their way.
    package var keptPackets = 0
    package var halfOpenHandshakes = 0

    package var datagramsIn: UInt64 = 0
    package var datagramsOut: UInt64 = 0
    /// Sends that the kernel was given, of which one may hold many datagrams to the same peer, and the calls that gave them.
    package var sendsOut: UInt64 = 0
    package var sendCalls: UInt64 = 0
    package var mediaPacketsIn: UInt64 = 0
    package var mediaPacketsOut: UInt64 = 0
    package var repairsOut: UInt64 = 0
    package var completedHandshakes: UInt64 = 0
    package var failedHandshakes: UInt64 = 0
    package var answeredBindings: UInt64 = 0
    /// Datagrams that came to another worker than their peer's, and how often that one was woken for them.
    package var passedDatagrams: UInt64 = 0
    package var wakes: UInt64 = 0
    /// Packets that went to another worker for those who watch there.
    package var mirroredPackets: UInt64 = 0
    /// Audio slots that passed to somebody who speaks.
    package var passedSlots: UInt64 = 0
    /// Events that nobody took in time.
    package var lostEvents: UInt64 = 0
    /// Datagrams and packets that went no further, by reason.
    package var dropped: [DropReason: UInt64] = [:]
    /// How often a worker was found to hang.
    package var stalls: UInt64 = 0
    /// How often workers went so far with what they leave out, having more to do than they could.
    package var shedding: [LoadShedding.Step: UInt64] = [:]
    /// What each worker has of it.
    package var workers: [WorkerShare] = []

    package init() {}
  }

  /// What one worker has of the whole.
  package struct WorkerShare: Equatable, Sendable {
    package var rooms: Int
    /// Taken in and sent, as of the last second.
    package var streams: Int
    /// What its thread has used.
    package var processorTime: Duration
    /// Whether it hangs.
    package var isStalled: Bool
    /// The part of its time that it is awake, in thousandths, and what it leaves out for that.
    package var busyShare: Int
    package var leavingOut: LoadShedding.Step
  }

  /// Why a datagram or packet went no further. Counted, never answered, never logged one by one.
  package enum DropReason: UInt8, CaseIterable, Sendable {
    /// No protocol that is spoken here, from somebody unknown.
    case unknownProtocol
    /// DTLS, RTP or RTCP from an address that belongs to no peer.
    case unknownPath
    /// A connectivity check for nobody.
    case unknownUser
    /// A connectivity check that does not know the password, or is malformed.
    case invalidCheck
    /// A plain STUN request, or a wish for a keyframe, that came too soon or too often.
    case rateLimited
    case malformed
    case unauthenticated
    case replayed
    /// Media that was not agreed on.
    case unnegotiated
    /// A kind of media that the participant may not publish.
    case notAllowed
    /// Silence of a microphone that nobody hears; it was not even opened.
    case silence
    /// A codec that the subscriber does not know.
    case unknownCodec
    /// Video before the keyframe that a subscription begins with.
    case awaitingKeyframe
    /// A simulcast layer that nobody gets.
    case unwantedLayer
    /// A packet from before the point at which its subscription began.
    case tooOld
    /// The peer cannot be sent to at present.
    case notConnected
    /// No room in a bounded queue or table.
    case noRoom
    /// Another worker whose viewers were to get it did not take it in time.
    case mirrorBusy
    /// The network would not take it.
    case unsendable
    /// The worker has more to do than it can.
    case overloaded
  }
}

extension MediaServer.Statistics {
  /// All of what several workers have done and hold.
  package init(summing parts: [MediaServer.Statistics]) {
    for part in parts { add(part) }
    // Handshakes are bounded for all workers together, so each tells of all.
    halfOpenHandshakes = parts.map(\.halfOpenHandshakes).max() ?? 0
  }

  /// What each worker holds now, and what it has counted; handshakes and stalls are those of all.
  package static var gauges: [WritableKeyPath<Self, Int>] {
    [
      \.rooms, \.routedRooms, \.mirroredRooms, \.participants, \.peers, \.connectedPeers, \.streamConnections,
      \.publishedStreams, \.subscriptions, \.keptPackets,
    ]
  }

  package static var counters: [WritableKeyPath<Self, UInt64>] {
    [
      \.datagramsIn, \.datagramsOut, \.sendsOut, \.sendCalls, \.mediaPacketsIn, \.mediaPacketsOut, \.repairsOut,
      \.completedHandshakes, \.failedHandshakes, \.answeredBindings, \.passedDatagrams, \.wakes, \.mirroredPackets,
      \.passedSlots, \.lostEvents,
    ]
  }

  private mutating func add(_ part: MediaServer.Statistics) {
    for gauge in Self.gauges { self[keyPath: gauge] += part[keyPath: gauge] }
    for counter in Self.counters { self[keyPath: counter] += part[keyPath: counter] }
    dropped.merge(part.dropped, uniquingKeysWith: +)
    shedding.merge(part.shedding, uniquingKeysWith: +)
    workers += part.workers
  }
}
