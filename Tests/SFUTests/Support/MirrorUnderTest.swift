import CAllocationCounter
import Glibc
import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import TestSupport
import WebRTC

/// A room on two workers, without threads: who publishes is on one, its home, and who watches on the other, which mirrors it.
final class MirrorUnderTest {
  private final class Inbox: Sendable {
    let events = Mutex<[MediaServer.News]>([])
  }

  static let room = "stage"
  private static let ringSlots = 64

  let ann: Browser
  let viewer: Browser
  private let annSocket: ClientSocket
  private let viewerSocket: ClientSocket
  private var home: WorkerLoop
  private var other: WorkerLoop
  private let inbox = Inbox()
  /// What the viewer was answered.
  private(set) var answer: String?
  private(set) var isRefused = false

  /// `roomLimit` is that of the worker that mirrors.
  init(_ change: (inout BrowserDescriptions) -> Void = { _ in }, roomLimit: Int = 4096) throws {
    var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
    configuration.port = 0
    let exchange = try HopExchange(
      workerCount: 2, forgettingAfter: configuration.consentTimeout, slots: Self.ringSlots)
    var sockets = try WorkerSockets(packetLimit: 8192, bell: exchange.bell(of: 0))
    let port = try PortBinding(configuration).bind(&sockets, isShared: true)
    var otherSockets = try WorkerSockets(packetLimit: 8192, bell: exchange.bell(of: 1))
    try PortBinding.join(sockets.addresses, &otherSockets)
    let server = TransportAddress(ServerUnderTest.loopback4, port: port)
    let tell: @Sendable (MediaServer.Event) -> Bool = { [inbox] event in
      inbox.events.withLock { $0.append(event.news) }
      return true
    }
    let settings = WorkerSettings(configuration, port: port, worker: 0, tell: tell)
    configuration.limits.rooms = roomLimit
    let otherSettings = WorkerSettings(configuration, port: port, worker: 1, tell: tell)
    home = WorkerLoop(settings, sockets: sockets, hops: exchange.hops(of: 0))
    other = WorkerLoop(otherSettings, sockets: otherSockets, hops: exchange.hops(of: 1))
    annSocket = try Self.socket(to: server, comingTo: &home, notTo: &other)
    viewerSocket = try Self.socket(to: server, comingTo: &other, notTo: &home)
    var generator = SeededGenerator(seed: 3)
    ann = Browser(at: annSocket.address, server: server, using: &generator)
    ann.givesKeyframes = true
    viewer = Browser(at: viewerSocket.address, server: server, using: &generator)
    (viewer.descriptions.audio, viewer.descriptions.video) = (.recvonly, .recvonly)
    viewer.descriptions.reportsArrivals = false
    change(&ann.descriptions)
  }

  /// Source ports are tried until the kernel gives one to the worker.
  private static func socket(
    to server: TransportAddress, comingTo worker: inout WorkerLoop, notTo other: inout WorkerLoop
  ) throws -> ClientSocket {
    while true {
      let socket = try ClientSocket(.udp, to: server)
      let before = worker.statistics.datagramsIn
      socket.send([0xFF])
      for _ in 0..<3 {
        worker.turn(until: SystemClock.now)
        other.turn(until: SystemClock.now)
      }
      if worker.statistics.datagramsIn > before { return socket }
    }
  }

  var homeStatistics: MediaServer.Statistics { home.statistics }
  var otherStatistics: MediaServer.Statistics { other.statistics }

  // MARK: Joining

  func publish() throws -> Bool {
    home.perform(.open(.routed), in: Self.room)
    home.perform(.add("ann", publishing: [.audio, .video]), in: Self.room)
    home.perform(.offer("ann", description: ann.offer(), sources: [:]), in: Self.room)
    return try run { self.ann.isConnected }
  }

  func watch() throws {
    home.mirror(Self.room, on: 1)
    other.perform(.add("viewer", publishing: []), in: Self.room)
    other.perform(
      .watch(
        "viewer", description: viewer.offer(),
        of: .init(audio: .init("ann", .microphone), video: .init("ann", .camera))), in: Self.room)
  }

  func wish(_ wish: LayerWish) {
    other.perform(.subscribe("viewer", [.init("ann", .camera): wish]), in: Self.room)
  }

  // MARK: Time

  @discardableResult
  func run(for limit: Duration = .seconds(20), until isDone: () -> Bool = { false }) throws -> Bool {
    let end = SystemClock.now + limit
    while SystemClock.now < end {
      other.turn(until: SystemClock.now)
      try turnHome()
      if isDone() { return true }
    }
    return false
  }

  /// A turn in which the worker that mirrors has no time.
  func turnHome() throws {
    home.turn(until: SystemClock.now)
    try turnClients()
    usleep(500)
  }

  /// Sends packets of the camera that were sealed before, then turns both workers once; nil if there was anything else to do.
  func allocations(forwarding packets: ArraySlice<[UInt8]>) -> Int? {
    let before = (home.statistics, other.statistics)
    for packet in packets { annSocket.send(packet) }
    let allocations = allocation_count()
    home.turn(until: SystemClock.now)
    other.turn(until: SystemClock.now)
    let allocated = allocation_count() - allocations
    let after = (home.statistics, other.statistics)
    let isMediaOnly =
      after.0.datagramsIn - before.0.datagramsIn == UInt64(packets.count)
      && after.0.datagramsOut == before.0.datagramsOut && after.1.datagramsIn == before.1.datagramsIn
      && after.1.datagramsOut - before.1.datagramsOut == UInt64(packets.count)
    return isMediaOnly ? allocated : nil
  }

  private func turnClients() throws {
    for news in inbox.events.withLock({ events in
      defer { events = [] }
      return events
    }) {
      switch news {
      case .answer("ann", let answer): try ann.accept(answer: answer, at: SystemClock.now)
      case .answer(_, let answer):
        self.answer = answer
        try viewer.accept(answer: answer, at: SystemClock.now)
      case .refused("viewer", _): isRefused = true
      default: continue
      }
    }
    for (browser, socket) in [(ann, annSocket), (viewer, viewerSocket)] {
      for datagram in socket.receive() { browser.receive(datagram, at: SystemClock.now) }
      browser.advance(to: SystemClock.now)
      for datagram in browser.takeOutgoing() { socket.send(datagram) }
    }
  }

  /// What came of the camera.
  var pictures: [ReceivedMedia] { viewer.received.filter { viewer.mediaIndex(ofIncoming: $0.stream) == 1 } }
}
