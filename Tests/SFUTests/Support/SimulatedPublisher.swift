import RTP
import SFU
import TestSupport
import WebRTC

/// A camera in several encodings over a bad network to a router, in virtual time.
struct SimulatedPublisher: ~Copyable {
  /// What the network between publisher and router does.
  struct Network {
    var loss = 0.0
    /// Of what is lost, how much comes after all, sent again.
    var repaired = 0.0
    var duplicated = 0.0
    var delay = Duration.milliseconds(5)...Duration.milliseconds(5)

    static let perfect = Network()
    static let bad = Network(
      loss: 0.03, repaired: 0.7, duplicated: 0.02, delay: .milliseconds(2)...(.milliseconds(14)))
  }

  private struct Flight {
    var at: Instant
    var order: Int
    var packet: SimulatedEncoder.Packet
    var stream: Int
  }

  static let frameInterval = Duration.milliseconds(33)
  private static let repairDelay = Duration.milliseconds(40)
  private static let reportInterval = Duration.milliseconds(500)
  private static let requestDelay = Duration.milliseconds(15)

  var encoders: [SimulatedEncoder] = []
  var network: Network
  var bench: RouterBench
  private(set) var now = Instant.zero
  /// Everything that was ever sent, by encoding and sequence number.
  private(set) var sent: [[Int64: SimulatedEncoder.Packet]] = []
  /// What has come to the router, and when first.
  private(set) var arrived: [[Int64: Instant]] = []
  var generator: SeededGenerator
  private var flights: [Flight] = []
  private var order = 0
  private var nextFrame = Instant.zero
  private var nextReport = Instant.zero
  private var nextChoice = Instant.zero + .seconds(1)
  /// When an encoder has to make a keyframe.
  private var keyframesDue: [Instant?] = []
  /// Encoders that make nothing at present.
  var stopped: Set<Int> = []
  /// Whether encoders make the keyframes that they are asked for.
  var answersRequests = true
  /// Whether the encoders' clocks are reported.
  var reports = true
  let codec: MediaCodec.Family

  init(_ codec: MediaCodec, encodings: Int = 3, network: Network, seed: UInt64) {
    self.codec = codec.family
    self.network = network
    generator = SeededGenerator(seed: seed)
    bench = RouterBench(codec)
    for index in 0..<encodings {
      let size = PictureSize(width: 320 << index, height: 180 << index)
      encoders.append(SimulatedEncoder(codec.family, encoding: index, size: size, using: &generator))
      keyframesDue.append(nil)
      sent.append([:])
      arrived.append([:])
      _ = bench.addStream(place: index)
    }
  }

  /// Moves time on, frame by frame.
  mutating func run(for duration: Duration) {
    let end = now + duration
    while now < end {
      if nextFrame <= now { makeFrames() }
      if nextReport <= now, reports { report() }
      if nextChoice <= now {
        nextChoice = now + .seconds(1)
        bench.router.closeActivity(after: .seconds(1))
        bench.chooseLayers(at: now)
        bench.expire(at: now)
      }
      deliver()
      note(bench.takeRequests())
      now += .milliseconds(1)
    }
  }

  mutating func setWish(_ wish: LayerWish, of subscription: Subscription.Handle) {
    bench.setWish(wish, of: subscription, at: now)
    note(bench.takeRequests())
  }

  private mutating func note(_ requests: [PublishedStream.Handle]) {
    for request in requests where answersRequests {
      guard let stream = bench.streams.firstIndex(of: request), keyframesDue[stream] == nil else { continue }
      keyframesDue[stream] = now + Self.requestDelay
    }
  }

  private mutating func makeFrames() {
    nextFrame = now + Self.frameInterval
    for index in encoders.indices where !stopped.contains(index) {
      let isDue = keyframesDue[index].map { $0 <= now } ?? false
      if isDue { keyframesDue[index] = nil }
      for packet in encoders[index].frame(at: now, isKeyframe: isDue, using: &generator) { send(packet, on: index) }
    }
  }

  private mutating func send(_ packet: SimulatedEncoder.Packet, on stream: Int) {
    sent[stream][packet.sequence] = packet
    let delay = Duration.milliseconds(
      Int64.random(
        in: network.delay.lowerBound.nanoseconds / 1_000_000...network.delay.upperBound.nanoseconds / 1_000_000,
        using: &generator))
    if Double.random(in: 0..<1, using: &generator) >= network.loss {
      launch(packet, stream, at: now + delay)
      if Double.random(in: 0..<1, using: &generator) < network.duplicated {
        launch(packet, stream, at: now + delay + .milliseconds(3))
      }
    } else if Double.random(in: 0..<1, using: &generator) < network.repaired {
      launch(packet, stream, at: now + delay + Self.repairDelay)
    }
  }

  private mutating func launch(_ packet: SimulatedEncoder.Packet, _ stream: Int, at time: Instant) {
    order += 1
    flights.append(Flight(at: time, order: order, packet: packet, stream: stream))
  }

  private mutating func deliver() {
    let due = flights.filter { $0.at <= now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
    flights.removeAll { $0.at <= now }
    for flight in due {
      if arrived[flight.stream][flight.packet.sequence] == nil {
        arrived[flight.stream][flight.packet.sequence] = now
      }
      bench.receive(flight.packet, codec, on: flight.stream, at: now)
    }
  }

  /// The moments are on the publisher's clock, which is one for all encodings.
  private mutating func report() {
    nextReport = now + Self.reportInterval
    for index in encoders.indices {
      bench.setClock(
        StreamClock(moment: now + .seconds(7), timestamp: encoders[index].timestamp(at: now), clockRate: 90_000),
        of: index)
    }
  }
}
