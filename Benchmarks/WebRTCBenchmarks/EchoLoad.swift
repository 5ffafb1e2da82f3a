import RTP
import SFU
import ScriptedPeer
import WebRTC

/// Participants of echoes, and the worker that serves them.
struct EchoLoad: ~Copyable {
  private struct Participant {
    let publishing: Browser
    let watching: Browser
  }

  private(set) var worker: LoadedWorker
  private let clients: LoadClients
  private let participants: [Participant]
  private var nextNumber: [Int]

  init(participantCount: Int) throws {
    let worker = try LoadedWorker()
    let clients = try LoadClients(of: worker.address)
    self.clients = clients
    participants = (0..<participantCount).map { _ in
      Participant(publishing: clients.newBrowser(), watching: clients.newBrowser())
    }
    nextNumber = [Int](repeating: 0, count: participantCount)
    self.worker = worker
  }

  /// Has everybody join and waits until all connections have keys.
  mutating func connect() throws {
    for (index, participant) in participants.enumerated() {
      let room = String(index)
      worker.perform(.open(.echo), in: room)
      worker.perform(.add("someone", publishing: [.audio, .video]), in: room)
      worker.perform(.offer("someone", description: participant.publishing.offer(), sources: [:]), in: room)
    }
    while !participants.allSatisfy({ $0.publishing.isConnected && $0.watching.isConnected }) {
      worker.turn()
      try takeEvents()
      clients.turn()
    }
  }

  /// Publishes video packets in bursts, one participant after the other; nanoseconds of the worker for each that came back.
  mutating func echo(_ packetCount: Int, payloadByteCount: Int, burstCount: Int) -> Double {
    let before = (worker.microseconds, worker.statistics.mediaPacketsOut)
    for burst in 0..<packetCount / burstCount {
      let index = burst % participants.count
      for _ in 0..<burstCount {
        let packet = FrameSource.Packet.ofVideo(
          nextNumber[index], byteCount: payloadByteCount, timestamp: burst * 3000)
        nextNumber[index] += 1
        participants[index].publishing.send(packet, isRepair: false, at: SystemClock.now)
      }
      clients.send(participants[index].publishing)
      clients.flush()
      worker.turn()
      clients.discard()
    }
    let forwarded = worker.statistics.mediaPacketsOut - before.1
    return (worker.microseconds - before.0) * 1000 / Double(forwarded)
  }

  private mutating func takeEvents() throws {
    for event in worker.takeEvents() {
      guard let index = Int(event.room) else { continue }
      switch event.news {
      case .answer(_, let answer): try participants[index].publishing.accept(answer: answer, at: SystemClock.now)
      case .offer(_, let offer, _):
        let answer = try participants[index].watching.answer(offer, at: SystemClock.now)
        worker.perform(.answer("someone", description: answer), in: event.room)
      default: continue
      }
    }
  }
}
