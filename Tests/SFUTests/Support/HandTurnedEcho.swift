import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import TestSupport

/// An echo without threads: one packet loop and one client, turned one after the other.
struct HandTurnedEcho: ~Copyable {
  private final class Inbox: Sendable {
    let events = Mutex<[MediaServer.News]>([])
  }

  private static let room = "echo"

  let publishing: Browser
  let watching: Browser
  let publishingSocket: ClientSocket
  private let watchingSocket: ClientSocket
  private var loop: WorkerLoop
  private let inbox = Inbox()

  init() throws {
    var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
    configuration.port = 0
    var sockets = try WorkerSockets(packetLimit: 8192)
    let port = try PortBinding(configuration).bind(&sockets)
    let server = TransportAddress(ServerUnderTest.loopback4, port: port)
    let clients = [try ClientSocket(.udp, to: server), try ClientSocket(.udp, to: server)]
    var generator = SeededGenerator(seed: 3)
    (publishingSocket, watchingSocket) = (clients[0], clients[1])
    publishing = Browser(at: clients[0].address, server: server, using: &generator)
    watching = Browser(at: clients[1].address, server: server, using: &generator)
    publishing.givesKeyframes = true
    let settings = WorkerSettings(configuration, port: port, worker: 0) { [inbox] event in
      inbox.events.withLock { $0.append(event.news) }
      return true
    }
    loop = WorkerLoop(settings, sockets: sockets)
  }

  /// Joins and waits until both connections have keys.
  mutating func connect() throws {
    loop.perform(.open(.echo), in: Self.room)
    loop.perform(.add("ann", publishing: [.audio, .video]), in: Self.room)
    loop.perform(.offer("ann", description: publishing.offer(), sources: [:]), in: Self.room)
    let end = SystemClock.now + .seconds(5)
    while !(publishing.isConnected && watching.isConnected), SystemClock.now < end { try turn() }
  }

  /// The loop's turn, then the client's.
  mutating func turn() throws {
    loop.turn(until: SystemClock.now + .milliseconds(1))
    for news in inbox.events.withLock({ events in
      defer { events = [] }
      return events
    }) {
      try take(news)
    }
    for (browser, socket) in [(publishing, publishingSocket), (watching, watchingSocket)] {
      for datagram in socket.receive() { browser.receive(datagram, at: SystemClock.now) }
      browser.advance(to: SystemClock.now)
      for datagram in browser.takeOutgoing() { socket.send(datagram) }
    }
  }

  /// A turn of the loop alone, and what it did.
  mutating func countedTurn() -> LoopTurn {
    LoopTurn(of: &loop)
  }

  private mutating func take(_ news: MediaServer.News) throws {
    switch news {
    case .answer(_, let answer): try publishing.accept(answer: answer, at: SystemClock.now)
    case .offer(_, let offer, _):
      let answer = try watching.answer(offer, at: SystemClock.now)
      loop.perform(.answer("ann", description: answer), in: Self.room)
    default: return
    }
  }
}
