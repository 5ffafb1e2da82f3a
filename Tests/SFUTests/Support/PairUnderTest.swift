import CAllocationCounter
import Glibc
import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import TestSupport

/// An echo on one of two workers that share a port, without threads: everything its client sends comes to the other worker.
final class PairUnderTest {
  private final class Inbox: Sendable {
    let events = Mutex<[MediaServer.News]>([])
  }

  static let room = "echo"

  let publishing: Browser
  let watching: Browser
  let publishingSocket: ClientSocket
  let watchingSocket: ClientSocket
  let server: TransportAddress
  /// The worker that has the room, and the one that the client's datagrams come to.
  private var home: WorkerLoop
  private var other: WorkerLoop
  private let inbox = Inbox()

  init(by carrier: TransportProtocol = .udp, consentTimeout: Duration = .seconds(30)) throws {
    var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
    configuration.port = 0
    configuration.consentTimeout = consentTimeout
    let exchange = try HopExchange(workerCount: 2, forgettingAfter: configuration.consentTimeout)
    var sockets = try WorkerSockets(packetLimit: 8192, bell: exchange.bell(of: 0))
    let port = try PortBinding(configuration).bind(&sockets, isShared: true)
    var otherSockets = try WorkerSockets(packetLimit: 8192, bell: exchange.bell(of: 1))
    try PortBinding.join(sockets.addresses, &otherSockets)
    server = TransportAddress(ServerUnderTest.loopback4, port: port)
    let settings = WorkerSettings(configuration, port: port, worker: 0) { [inbox] event in
      inbox.events.withLock { $0.append(event.news) }
      return true
    }
    home = WorkerLoop(settings, sockets: sockets, hops: exchange.hops(of: 0))
    other = WorkerLoop(settings.forWorker(1), sockets: otherSockets, hops: exchange.hops(of: 1))
    publishingSocket = try Self.socket(carrier, to: server, &home, comingTo: &other)
    watchingSocket = try Self.socket(carrier, to: server, &home, comingTo: &other)
    var generator = SeededGenerator(seed: 3)
    publishing = Browser(at: publishingSocket.address, server: server, using: &generator)
    watching = Browser(at: watchingSocket.address, server: server, using: &generator)
    (publishing.carrier, watching.carrier) = (carrier, carrier)
    publishing.givesKeyframes = true
  }

  /// Source ports are tried until the kernel gives one to the other worker.
  private static func socket(
    _ carrier: TransportProtocol, to server: TransportAddress, _ home: inout WorkerLoop,
    comingTo other: inout WorkerLoop
  ) throws -> ClientSocket {
    while true {
      let socket = try ClientSocket(carrier, to: server)
      let before = (other.statistics.datagramsIn, other.statistics.streamConnections)
      socket.send([0xFF])
      for _ in 0..<3 { turn(&home, &other) }
      let after = (other.statistics.datagramsIn, other.statistics.streamConnections)
      if carrier == .udp ? after.0 > before.0 : after.1 > before.1 { return socket }
    }
  }

  private static func turn(_ home: inout WorkerLoop, _ other: inout WorkerLoop) {
    other.turn(until: SystemClock.now)
    home.turn(until: SystemClock.now)
  }

  var homeStatistics: MediaServer.Statistics { home.statistics }
  var otherStatistics: MediaServer.Statistics { other.statistics }

  func perform(_ command: MediaServer.Command) { home.perform(command, in: Self.room) }

  /// Joins and waits until both connections have keys.
  func connect() throws -> Bool {
    perform(.open(.echo))
    perform(.add("ann", publishing: [.audio, .video]))
    perform(.offer("ann", description: publishing.offer(), sources: [:]))
    return try run { self.publishing.isConnected && self.watching.isConnected }
  }

  @discardableResult
  func run(for limit: Duration = .seconds(20), until isDone: () -> Bool) throws -> Bool {
    let end = SystemClock.now + limit
    while SystemClock.now < end {
      try turn()
      if isDone() { return true }
    }
    return false
  }

  func turn() throws {
    Self.turn(&home, &other)
    try turnClient()
    usleep(500)
  }

  /// What a turn of both workers did.
  struct CountedTurn {
    /// Datagrams that came, that were passed on, and that left; media packets among the last.
    var received: UInt64
    var passed: UInt64
    var sent: UInt64
    var forwarded: UInt64
    var allocations: Int
  }

  /// A turn of the worker that passes on, then of the one whose datagrams those are.
  func countedTurn() -> CountedTurn {
    let before = (home.statistics, other.statistics)
    let allocations = allocation_count()
    Self.turn(&home, &other)
    let allocated = allocation_count() - allocations
    let after = (home.statistics, other.statistics)
    return CountedTurn(
      received: after.1.datagramsIn - before.1.datagramsIn,
      passed: after.1.passedDatagrams - before.1.passedDatagrams,
      sent: after.0.datagramsOut - before.0.datagramsOut,
      forwarded: after.0.mediaPacketsOut - before.0.mediaPacketsOut, allocations: allocated)
  }

  /// A turn of the worker that passes on alone.
  func turnOther() { other.turn(until: SystemClock.now) }

  private func turnClient() throws {
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

  private func take(_ news: MediaServer.News) throws {
    switch news {
    case .answer(_, let answer): try publishing.accept(answer: answer, at: SystemClock.now)
    case .offer(_, let offer, _):
      perform(.answer("ann", description: try watching.answer(offer, at: SystemClock.now)))
    default: return
    }
  }
}
