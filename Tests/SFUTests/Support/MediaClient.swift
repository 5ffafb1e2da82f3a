import RTP
import SFU
import STUN
import ScriptedPeer
import TestSupport
import WebRTC

/// A participant with real sockets: it publishes on one connection and is sent media on the other.
final class MediaClient {
  let name: String
  let room: String
  private(set) var publishing: Browser
  let watching: Browser
  private(set) var news: [MediaServer.News] = []
  private(set) var slots: [MediaServer.Slot] = []
  private let server: ServerUnderTest
  private let serverAddress: TransportAddress
  private let carrier: TransportProtocol
  private var sockets: [ObjectIdentifier: ClientSocket] = [:]
  /// Which of the packets that come to `watching` are lost on the way, by their count.
  var loses: (Int) -> Bool = { _ in false }
  private var arrivedCount = 0

  init(
    _ name: String, in room: String, on server: ServerUnderTest, by carrier: TransportProtocol = .udp,
    from ip: IPAddress = ServerUnderTest.loopback4, seed: UInt64 = 1
  ) throws {
    (self.name, self.room, self.server, self.carrier) = (name, room, server, carrier)
    serverAddress = server.address(ip)
    var generator = SeededGenerator(seed: seed)
    let sockets = [
      try ClientSocket(carrier, to: serverAddress), try ClientSocket(carrier, to: serverAddress),
    ]
    publishing = Browser(at: sockets[0].address, server: serverAddress, using: &generator)
    watching = Browser(at: sockets[1].address, server: serverAddress, using: &generator)
    for (browser, socket) in zip([publishing, watching], sockets) {
      browser.carrier = carrier
      self.sockets[ObjectIdentifier(browser)] = socket
    }
    publishing.givesKeyframes = true
  }

  /// Enters the room, which is opened if nobody has, and publishes a camera and a microphone.
  func join(_ mode: MediaServer.Mode = .echo, publishing kinds: MediaServer.Kinds = [.audio, .video]) async throws {
    await server.media.perform(.open(mode), in: room)
    await server.media.perform(.add(name, publishing: kinds), in: room)
    await offer()
    try await connect()
    publishing.startCamera(every: .milliseconds(10), at: SystemClock.now)
    publishing.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
  }

  /// Waits until both connections have keys.
  func connect() async throws {
    try await pump { self.publishing.isConnected && self.watching.isConnected }
  }

  /// Loads the page anew, as it were: another connection to publish on, which has nothing of the old one.
  func renewPublishing() throws {
    let socket = try ClientSocket(carrier, to: serverAddress)
    sockets[ObjectIdentifier(publishing)] = nil
    var generator = SeededGenerator(seed: 99)
    publishing = Browser(
      at: socket.address, server: serverAddress, certificate: Browser.otherCertificate, using: &generator)
    publishing.carrier = carrier
    publishing.givesKeyframes = true
    sockets[ObjectIdentifier(publishing)] = socket
  }

  func offer() async {
    await server.media.perform(.offer(name, description: publishing.offer(), sources: [:]), in: room)
  }

  /// Sends a datagram from the address of one of its connections, whoever wrote it.
  func send(_ datagram: [UInt8], as browser: Browser) {
    sockets[ObjectIdentifier(browser)]?.send(datagram)
  }

  /// Another source port, as behind a NAT that has forgotten.
  func move(_ browser: Browser) throws {
    let socket = try ClientSocket(carrier, to: serverAddress)
    sockets[ObjectIdentifier(browser)] = socket
    browser.move(to: socket.address, at: SystemClock.now)
  }

  /// Whether the server has closed the connection of TCP.
  func isClosed(_ browser: Browser) -> Bool { sockets[ObjectIdentifier(browser)]?.isClosed ?? false }

  /// Lives for this long.
  func pump(for time: Duration) async throws {
    _ = try await pump(for: time) { false }
  }

  /// Lives until `isDone`; false if it was not done for so long that it never will, on the busiest machine.
  @discardableResult
  func pump(for limit: Duration = .seconds(40), until isDone: () -> Bool) async throws -> Bool {
    let end = SystemClock.now + limit
    while SystemClock.now < end {
      try await step()
      if isDone() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  /// Lives together with another until `isDone`.
  func pump(with other: MediaClient, until isDone: () -> Bool) async throws -> Bool {
    let end = SystemClock.now + .seconds(40)
    while SystemClock.now < end {
      try await step()
      try await other.step()
      if isDone() { return true }
      try await Task.sleep(for: .milliseconds(1))
    }
    return false
  }

  func step() async throws {
    for news in server.takeEvents(of: name, in: room) { try await take(news) }
    for browser in [publishing, watching] {
      guard let socket = sockets[ObjectIdentifier(browser)] else { continue }
      for datagram in socket.receive() where !isLost(datagram, of: browser) {
        browser.receive(datagram, at: SystemClock.now)
      }
      if browser.nextDeadline <= SystemClock.now { browser.advance(to: SystemClock.now) }
      for datagram in browser.takeOutgoing() { socket.send(datagram) }
    }
  }

  private func isLost(_ datagram: [UInt8], of browser: Browser) -> Bool {
    guard browser === watching, DatagramKind(of: datagram.span.bytes) == .rtp else { return false }
    arrivedCount += 1
    return loses(arrivedCount)
  }

  private func take(_ news: MediaServer.News) async throws {
    self.news.append(news)
    switch news {
    case .answer(name, let answer): try publishing.accept(answer: answer, at: SystemClock.now)
    case .offer(name, let offer, let slots):
      self.slots = slots
      let answer = try watching.answer(offer, at: SystemClock.now)
      await server.media.perform(.answer(name, description: answer), in: room)
    default: return
    }
  }

  // MARK: What came

  /// The media of a track of somebody else.
  func received(_ track: MediaServer.Track) -> [ReceivedMedia] {
    guard let place = slots.firstIndex(where: { $0.track == track }) else { return [] }
    return watching.received.filter { watching.mediaIndex(ofIncoming: $0.stream) == place }
  }

  /// The media that came in the places of a kind.
  func received(_ kind: MediaServer.Slot.Kind) -> [ReceivedMedia] {
    let places = slots.indices.filter { slots[$0].kind == kind }
    return watching.received.filter { places.contains(watching.mediaIndex(ofIncoming: $0.stream)) }
  }
}
