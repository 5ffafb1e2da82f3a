import RTP
import SFU
import ScriptedPeer
import WebRTC

/// A routed room in which some publish and everybody sees all of them, and the worker that serves it.
struct RoutedLoad: ~Copyable {
  private struct Participant {
    let name: String
    let publishing: Browser?
    let watching: Browser
  }

  private static let room = "room"

  private(set) var worker: LoadedWorker
  private let clients: LoadClients
  private var participants: [Participant] = []
  private var nextNumber = 0
  private var lastTimestamp = 0

  /// - Parameter isSilent: whether the participants tell nothing of what came.
  init(isSilent: Bool = false) throws {
    let worker = try LoadedWorker()
    clients = try LoadClients(of: worker.address, isSilent: isSilent)
    self.worker = worker
    self.worker.perform(.open(.routed), in: Self.room)
  }

  private var publishers: [Participant] { participants.filter { $0.publishing != nil } }

  /// Has people join, who are sent what all others publish, and waits until all connections have keys.
  mutating func join(_ count: Int, publishing publishes: Bool) throws {
    for _ in 0..<count {
      let participant = Participant(
        name: "p\(participants.count)", publishing: publishes ? clients.newBrowser() : nil,
        watching: clients.newBrowser())
      participants.append(participant)
      worker.perform(.add(participant.name, publishing: [.audio, .video]), in: Self.room)
      if let offer = participant.publishing?.offer() {
        worker.perform(.offer(participant.name, description: offer, sources: [:]), in: Self.room)
      }
    }
    for participant in participants { subscribe(participant) }
    try run(for: .milliseconds(500))
    while !participants.allSatisfy({ $0.watching.isConnected && $0.publishing?.isConnected ?? true }) {
      try run(for: .milliseconds(10))
    }
    // A first keyframe, lest somebody wait for one; all offers are answered by then.
    sendPicture(in: 1, payloadByteCount: 100, isKeyframe: true)
    try run(for: .milliseconds(500))
  }

  private mutating func subscribe(_ participant: Participant) {
    let others = publishers.filter { $0.name != participant.name }
    let wishes = others.map { (MediaServer.Track($0.name, .camera), LayerWish()) }
    worker.perform(.subscribe(participant.name, Dictionary(uniqueKeysWithValues: wishes)), in: Self.room)
  }

  private mutating func run(for time: Duration) throws {
    let end = SystemClock.now + time
    while SystemClock.now < end {
      worker.turn()
      try takeEvents()
      clients.turn()
    }
  }

  /// Has every publisher send bursts of video, a picture each; nanoseconds of the worker for each packet that left.
  mutating func publish(_ roundCount: Int, payloadByteCount: Int, burstCount: Int) throws -> Double {
    let before = (worker.microseconds, worker.statistics.mediaPacketsOut)
    for _ in 0..<roundCount {
      sendPicture(in: burstCount, payloadByteCount: payloadByteCount)
      worker.turn()
      clients.discard()
    }
    let forwarded = worker.statistics.mediaPacketsOut - before.1
    return (worker.microseconds - before.0) * 1000 / Double(max(1, forwarded))
  }

  /// The same in turns that are told from all others by their name; how many packets left.
  mutating func publishCounted(_ roundCount: Int, payloadByteCount: Int, burstCount: Int) throws -> UInt64 {
    let before = worker.statistics.mediaPacketsOut
    for _ in 0..<roundCount {
      sendPicture(in: burstCount, payloadByteCount: payloadByteCount)
      worker.countedTurn()
      clients.discard()
    }
    return UInt64(worker.statistics.mediaPacketsOut - before)
  }

  private mutating func sendPicture(in packetCount: Int, payloadByteCount: Int, isKeyframe: Bool = false) {
    lastTimestamp += 3000
    for index in 0..<packetCount {
      nextNumber += 1
      let packet = FrameSource.Packet.ofPicture(
        nextNumber, index: index, of: packetCount, isKeyframe: isKeyframe, byteCount: payloadByteCount,
        timestamp: lastTimestamp)
      for participant in publishers { participant.publishing?.send(packet, isRepair: false, at: SystemClock.now) }
    }
    for participant in publishers {
      if let browser = participant.publishing { clients.send(browser) }
    }
    clients.flush()
  }

  private mutating func takeEvents() throws {
    for event in worker.takeEvents() {
      switch event.news {
      case .answer(let name, let answer):
        try participant(name)?.publishing?.accept(answer: answer, at: SystemClock.now)
      case .offer(let name, let offer, _):
        guard let answer = try participant(name)?.watching.answer(offer, at: SystemClock.now) else { continue }
        worker.perform(.answer(name, description: answer), in: Self.room)
      default: continue
      }
    }
  }

  private func participant(_ name: String) -> Participant? {
    participants.first { $0.name == name }
  }
}
