import CAllocationCounter
import RTP
import SFU
import STUN
import ScriptedPeer
import Synchronization
import TestSupport
import WebRTC

/// A room without threads: one packet loop and its participants, turned one after the other, each at addresses of its own.
final class RoomUnderTest {
  /// One participant: the browser's two peer connections and what it was told.
  final class Member {
    let name: String
    fileprivate(set) var publishing: Browser
    fileprivate(set) var watching: Browser
    fileprivate(set) var slots: [MediaServer.Slot] = []
    fileprivate(set) var news: [MediaServer.News] = []
    /// The slots that it was told of without an offer, and when.
    fileprivate(set) var slotNews: [(at: Instant, slots: [MediaServer.Slot])] = []
    /// How often its subscription was offered.
    fileprivate(set) var offers: [String] = []
    /// Whether it answers the offers of its subscription.
    var answersOffers = true
    /// Which of the media packets that it is sent, and that it sends, are lost on the way, by their count.
    var loses: (Int) -> Bool = { _ in false }
    var losesOfItsOwn: (Int) -> Bool = { _ in false }
    fileprivate var arrivedCount = 0
    /// How long the datagrams of media were that it was sent.
    fileprivate(set) var byteCounts: [Int] = []
    fileprivate var sentCount = 0
    /// Whether it offers the connection by which it is sent things, and has no other.
    fileprivate(set) var onlyWatches = false

    fileprivate init(_ name: String, _ publishing: Browser, _ watching: Browser) {
      (self.name, self.publishing, self.watching) = (name, publishing, watching)
    }

    var browsers: [Browser] { [publishing, watching] }

    func slot(of track: MediaServer.Track) -> Int? { slots.firstIndex { $0.track == track } }

    /// What came in the place that a track has now.
    func received(_ track: MediaServer.Track) -> [ReceivedMedia] {
      guard let place = slot(of: track).flatMap({ Int(slots[$0].mid) }) else { return [] }
      return watching.received.filter { watching.mediaIndex(ofIncoming: $0.stream) == place }
    }

    func received(_ name: String, _ source: MediaServer.Source) -> [ReceivedMedia] {
      received(MediaServer.Track(name, source))
    }
  }

  private final class Inbox: Sendable {
    let events = Mutex<[MediaServer.Event]>([])
    /// What keeping the events has taken from the heap.
    let byteCount = Mutex(0)
  }

  static let name = "room"

  private(set) var members: [String: Member] = [:]
  /// What was told of the room as a whole, and when.
  private(set) var roomNews: [(at: Instant, news: MediaServer.News)] = []
  /// What the loop has taken from the heap in its turns and for commands, and has not given back.
  var keptByteCount: Int { takenByteCount - inbox.byteCount.withLock { $0 } }
  private var takenByteCount = 0
  private var loop: WorkerLoop
  private let inbox = Inbox()
  private var browsers: [TransportAddress: Browser] = [:]
  private let socket: DatagramSocket
  private var sender = DatagramSender()
  private var receiver = DatagramReceiver()
  private var slab = PacketSlab(slotCount: 4096)
  private let server: TransportAddress
  private var generator = SeededGenerator(seed: 11)
  private var addressCount: UInt32 = 0
  /// The payload types of the media packets that all were sent, in the order in which they came.
  private(set) var arrivedTypes: [UInt8] = []
  /// How often the browsers that come check a path that works.
  var consentInterval = Duration.milliseconds(2500)
  /// Whether the browsers that come tell what their networks carry; they are sent all that they wish if they do not.
  var reportsArrivals = false

  init(_ mode: MediaServer.Mode = .routed, _ change: (inout SFUConfiguration) -> Void = { _ in }) throws {
    var configuration = SFUConfiguration(announcedAddresses: [ServerUnderTest.loopback4])
    configuration.port = 0
    configuration.limits.packets = 8192
    change(&configuration)
    var sockets = try WorkerSockets(packetLimit: configuration.limits.packets)
    let port = try PortBinding(configuration).bind(&sockets)
    server = TransportAddress(ServerUnderTest.loopback4, port: port)
    socket = try DatagramSocket(binding: TransportAddress(IPAddress(ipv4: 0), port: 0))
    let settings = WorkerSettings(configuration, port: port, worker: 0) { [inbox] event in
      let before = allocated_byte_count()
      inbox.events.withLock { $0.append(event) }
      inbox.byteCount.withLock { $0 += allocated_byte_count() - before }
      return true
    }
    loop = WorkerLoop(settings, sockets: sockets)
    perform(.open(mode))
  }

  var statistics: MediaServer.Statistics { loop.statistics }

  func perform(_ command: MediaServer.Command, in room: String = RoomUnderTest.name) {
    counted { $0.perform(command, in: room) }
  }

  /// Has the worker find that it is so busy.
  func follow(_ reading: LoadReading) { counted { $0.follow(reading) } }

  private func counted(_ body: (inout WorkerLoop) -> Void) {
    let before = allocated_byte_count()
    body(&loop)
    takenByteCount += allocated_byte_count() - before
  }

  // MARK: Members

  /// Adds somebody to the room.
  @discardableResult
  func add(_ name: String, publishing kinds: MediaServer.Kinds = [.audio, .video, .screen]) -> Member {
    let member = Member(name, newBrowser(), newBrowser())
    members[name] = member
    perform(.add(name, publishing: kinds))
    return member
  }

  /// Adds somebody who publishes a microphone and a camera.
  @discardableResult
  func join(_ name: String, sources: [String: MediaServer.Source] = [:]) -> Member {
    let member = add(name)
    offer(member, sources)
    return member
  }

  func offer(_ member: Member, _ sources: [String: MediaServer.Source] = [:]) {
    perform(.offer(member.name, description: member.publishing.offer(), sources: sources))
  }

  /// Adds somebody who only watches, by a connection that it offers.
  @discardableResult
  func watch(
    _ name: String, _ selection: MediaServer.Selection, _ change: (inout BrowserDescriptions) -> Void = { _ in }
  ) -> Member {
    let member = add(name, publishing: [])
    member.onlyWatches = true
    (member.watching.descriptions.audio, member.watching.descriptions.video) = (.recvonly, .recvonly)
    change(&member.watching.descriptions)
    watch(member, selection)
    return member
  }

  func watch(_ member: Member, _ selection: MediaServer.Selection) {
    perform(.watch(member.name, description: member.watching.offer(), of: selection))
  }

  func subscribe(_ member: Member, to tracks: MediaServer.Track..., wishing wish: LayerWish = LayerWish()) {
    perform(.subscribe(member.name, Dictionary(uniqueKeysWithValues: tracks.map { ($0, wish) })))
  }

  func remove(_ member: Member) {
    perform(.remove(member.name))
    forget(member)
  }

  /// The browser is gone without a word.
  func forget(_ member: Member) {
    members[member.name] = nil
    for browser in member.browsers { browsers[browser.address] = nil }
  }

  /// Takes no more of what the browser is sent, which is as much work as sending it.
  func deafen(_ member: Member) {
    browsers[member.watching.address] = nil
  }

  /// The page is loaded anew: connections that know nothing of the old ones.
  func reload(_ member: Member) {
    for browser in member.browsers { browsers[browser.address] = nil }
    member.publishing = newBrowser(Browser.otherCertificate)
    member.watching = newBrowser(Browser.otherCertificate)
  }

  private func newBrowser(_ certificate: DTLSCertificate = Browser.certificate) -> Browser {
    addressCount += 1
    let ip = IPAddress(ipv4: 0x7F01_0000 + addressCount)
    let browser = Browser(
      at: TransportAddress(ip, port: socket.address.port), server: server, certificate: certificate, using: &generator)
    browser.givesKeyframes = true
    browser.agent.consentInterval = consentInterval
    browser.descriptions.reportsArrivals = reportsArrivals
    browsers[browser.address] = browser
    return browser
  }

  // MARK: Time

  /// Turns everything until `isDone`; false if it was not done for so long that it never will be.
  @discardableResult
  func run(for limit: Duration = .seconds(30), until isDone: () -> Bool) throws -> Bool {
    let end = SystemClock.now + limit
    while SystemClock.now < end {
      try turn()
      if isDone() { return true }
    }
    return false
  }

  func run(for time: Duration) throws {
    try run(for: time) { false }
  }

  /// The loop's turn, then everybody else's.
  private func turn() throws {
    counted { $0.turn(until: SystemClock.now + .milliseconds(1)) }
    try turnClients()
  }

  /// A turn of which the loop's part is counted.
  func countedTurn() throws -> LoopTurn {
    let turn = LoopTurn(of: &loop)
    try turnClients()
    return turn
  }

  /// Turns everything for a while; what the loop's turns came to in which nothing but media came and left.
  func countMedia(for time: Duration) throws -> (forwarded: UInt64, allocations: Int, locks: Int, systemCalls: Int) {
    let end = SystemClock.now + time
    var (forwarded, allocations, locks, systemCalls) = (UInt64(0), 0 as Int, 0 as Int, 0 as Int)
    while SystemClock.now < end {
      let turn = try countedTurn()
      guard turn.isMediaOnly else { continue }
      forwarded += turn.forwarded
      allocations += turn.allocations
      locks += turn.locks
      systemCalls += turn.forwarded > 0 ? turn.systemCalls : 0
    }
    return (forwarded, allocations, locks, systemCalls)
  }

  private func turnClients() throws {
    try takeEvents()
    receive()
    let now = SystemClock.now
    for browser in browsers.values where browser.nextDeadline <= now { browser.advance(to: now) }
    for browser in browsers.values { send(browser) }
    sender.flush(to: socket)
  }

  private func takeEvents() throws {
    let events = inbox.events.withLock { events in
      defer { events = [] }
      return events
    }
    for event in events where event.room == Self.name {
      if event.news.participant == nil { roomNews.append((SystemClock.now, event.news)) }
      guard let member = event.news.participant.flatMap({ members[$0] }) else { continue }
      member.news.append(event.news)
      try take(event.news, for: member)
    }
  }

  private func take(_ news: MediaServer.News, for member: Member) throws {
    switch news {
    case .answer(_, let answer):
      takenByteCount -= answer.utf8.count  // made by the loop, and passed on
      let offerer = member.onlyWatches ? member.watching : member.publishing
      try offerer.accept(answer: answer, at: SystemClock.now)
    case .slots(_, let slots):
      // Of a subscription those that changed are told, of a connection that only watches all.
      member.slots =
        member.onlyWatches ? slots : member.slots.map { slot in slots.first { $0.mid == slot.mid } ?? slot }
      member.slotNews.append((SystemClock.now, slots))
    case .offer(_, let offer, let slots):
      member.offers.append(offer)
      guard member.answersOffers else { return }
      member.slots = slots
      let answer = try member.watching.answer(offer, at: SystemClock.now)
      perform(.answer(member.name, description: answer))
    default: return
    }
  }

  private func send(_ browser: Browser) {
    for bytes in browser.takeOutgoing() where !isLost(bytes, from: browser) {
      if sender.isFull { sender.flush(to: socket) }
      sender.nextSlot.copyBytes(from: bytes)
      sender.append(byteCount: bytes.count, to: server, from: browser.address.ip)
    }
  }

  private func isLost(_ bytes: [UInt8], from browser: Browser) -> Bool {
    guard DatagramKind(of: bytes.span.bytes) == .rtp,
      let member = members.values.first(where: { $0.publishing === browser })
    else { return false }
    member.sentCount += 1
    return member.losesOfItsOwn(member.sentCount)
  }

  private func isLost(_ bytes: [UInt8], on address: TransportAddress) -> Bool {
    guard DatagramKind(of: bytes.span.bytes) == .rtp,
      let member = members.values.first(where: { $0.watching.address == address })
    else { return false }
    member.arrivedCount += 1
    arrivedTypes.append(bytes[1] & 0x7F)
    member.byteCounts.append(bytes.count)
    return member.loses(member.arrivedCount)
  }

  private func receive() {
    let now = SystemClock.now
    for _ in 0..<64 {
      let count = receiver.receive(from: socket, into: &slab, realtimeOffset: 0, now: now) { datagram, slab in
        let bytes = Array(slab.bytes(of: datagram.slot)[..<datagram.byteCount])
        if !isLost(bytes, on: datagram.local) { browsers[datagram.local]?.receive(bytes, at: now) }
        slab.release(datagram.slot)
      }
      guard count == DatagramReceiver.batchCount else { return }
    }
  }
}

extension Browser {
  /// How often it was asked for a keyframe.
  var keyframeRequestCount: Int {
    wishes.count { if case .keyframeWanted = $0.event { true } else { false } }
  }
}
