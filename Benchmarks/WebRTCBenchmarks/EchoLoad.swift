import CAllocationCounter
import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import TestSupport
import WebRTC

/// Participants of echoes, each from an address of its own, all by one socket; and the worker that serves them.
struct EchoLoad: ~Copyable {
  private struct Participant {
    let publishing: Browser
    let watching: Browser
  }

  private final class Inbox: Sendable {
    let events = Mutex<[MediaServer.Event]>([])
  }

  /// What the worker's turns and commands have taken.
  private(set) var microseconds = 0.0
  private(set) var byteCount = 0
  private var loop: WorkerLoop
  private let inbox: Inbox
  private var participants: [Participant] = []
  private var browsers: [TransportAddress: Browser] = [:]
  private let socket: DatagramSocket
  private var sender = DatagramSender()
  private var receiver = DatagramReceiver()
  private var slab = PacketSlab(slotCount: 4096)
  private let server: TransportAddress
  private var nextNumber: [Int]

  init(participantCount: Int) throws {
    var configuration = SFUConfiguration(announcedAddresses: [IPAddress(ipv4: 0x7F00_0001)])
    configuration.port = 0
    var sockets = try WorkerSockets(packetLimit: configuration.limits.packets)
    let port = try PortBinding(configuration).bind(&sockets)
    let client = try DatagramSocket(binding: TransportAddress(IPAddress(ipv4: 0), port: 0))
    let server = TransportAddress(IPAddress(ipv4: 0x7F00_0001), port: port)
    self.server = server
    nextNumber = [Int](repeating: 0, count: participantCount)
    var generator = SeededGenerator(seed: 1)
    for index in 0..<participantCount {
      let pair = (0..<2).map { side in
        let ip = IPAddress(ipv4: 0x7F01_0000 + UInt32(index * 2 + side + 1))
        return Browser(at: TransportAddress(ip, port: client.address.port), server: server, using: &generator)
      }
      participants.append(Participant(publishing: pair[0], watching: pair[1]))
      for browser in pair { browsers[browser.address] = browser }
    }
    socket = client
    let inbox = Inbox()
    self.inbox = inbox
    let settings = WorkerSettings(configuration, port: port, worker: 0) { event in
      inbox.events.withLock { $0.append(event) }
      return true
    }
    loop = WorkerLoop(settings, sockets: sockets)
  }

  /// Has everybody join and waits until all connections have keys.
  mutating func connect() throws {
    for (index, participant) in participants.enumerated() {
      perform(.open(.echo), in: index)
      perform(.add("someone", publishing: [.audio, .video]), in: index)
      perform(.offer("someone", description: participant.publishing.offer(), sources: [:]), in: index)
    }
    while !participants.allSatisfy({ $0.publishing.isConnected && $0.watching.isConnected }) {
      turn()
      try takeEvents()
      receive()
      for browser in browsers.values {
        browser.advance(to: SystemClock.now)
        send(browser)
      }
      sender.flush(to: socket)
    }
  }

  /// Publishes video packets in bursts, one participant after the other; nanoseconds of the worker for each that came back.
  mutating func echo(_ packetCount: Int, payloadByteCount: Int, burstCount: Int) -> Double {
    let before = (microseconds, loop.statistics.mediaPacketsOut)
    let payload = [0x10, 0x00] + [UInt8](repeating: 7, count: payloadByteCount - 2)
    for burst in 0..<packetCount / burstCount {
      let index = burst % participants.count
      for _ in 0..<burstCount {
        let packet = OutgoingPacket(
          payloadType: BrowserDescriptions.videoType, sequence: SequenceNumber(wrapping: Int64(nextNumber[index])),
          timestamp: UInt32(truncatingIfNeeded: burst * 3000), marker: false, source: Int64(nextNumber[index]))
        nextNumber[index] += 1
        participants[index].publishing.send(
          FrameSource.Packet(outgoing: packet, payload: payload), isRepair: false, at: SystemClock.now)
      }
      send(participants[index].publishing)
      sender.flush(to: socket)
      turn()
      discard()
    }
    let forwarded = loop.statistics.mediaPacketsOut - before.1
    return (microseconds - before.0) * 1000 / Double(forwarded)
  }

  // MARK: The worker, with a watch on it

  private mutating func perform(_ command: MediaServer.Command, in room: Int) {
    let (time, bytes) = (threadTime(), allocated_byte_count())
    loop.perform(command, in: String(room))
    note(since: time, bytes)
  }

  private mutating func turn() {
    let (time, bytes) = (threadTime(), allocated_byte_count())
    loop.turn(until: SystemClock.now)
    note(since: time, bytes)
  }

  private mutating func note(since time: Int64, _ bytes: Int) {
    microseconds += Double(threadTime() - time) / 1000
    byteCount += allocated_byte_count() - bytes
  }

  // MARK: The clients

  private mutating func takeEvents() throws {
    let events = inbox.events.withLock { events in
      defer { events = [] }
      return events
    }
    for event in events {
      guard let index = Int(event.room) else { continue }
      switch event.news {
      case .answer(_, let answer): try participants[index].publishing.accept(answer: answer, at: SystemClock.now)
      case .offer(_, let offer, _):
        let answer = try participants[index].watching.answer(offer, at: SystemClock.now)
        perform(.answer("someone", description: answer), in: index)
      default: continue
      }
    }
  }

  private mutating func send(_ browser: Browser) {
    for bytes in browser.takeOutgoing() {
      if sender.isFull { sender.flush(to: socket) }
      sender.nextSlot.copyBytes(from: bytes)
      sender.append(byteCount: bytes.count, to: server, from: browser.address.ip)
    }
  }

  private mutating func receive() {
    let now = SystemClock.now
    for _ in 0..<64 {
      let count = receiver.receive(from: socket, into: &slab, realtimeOffset: 0, now: now) { datagram, slab in
        browsers[datagram.local]?.receive(Array(slab.bytes(of: datagram.slot)[..<datagram.byteCount]), at: now)
        slab.release(datagram.slot)
      }
      guard count == DatagramReceiver.batchCount else { return }
    }
  }

  /// Takes what has come without looking at it.
  private mutating func discard() {
    _ = receiver.receive(from: socket, into: &slab, realtimeOffset: 0, now: .zero) { datagram, slab in
      slab.release(datagram.slot)
    }
  }
}
