import NIOCore
import RTP
import SFU
import STUN
import ScriptedPeer
import Signaling
import TestSupport

/// A page in a room as the server meets it: a signalling session, and in a routed room two peer connections.
final class Page {
  struct Slot {
    let mid: String
    let kind: String
    let participant: String?
    let source: String?
  }

  let name: String
  private(set) var participant = ""
  private(set) var topology = ""
  private(set) var former: String?
  private(set) var slots: [Slot] = []
  private(set) var refusals: [JSON] = []
  var report: JSON?
  private(set) var publishing: Browser?
  private(set) var watching: Browser?
  private let session: ClientSession
  private let outbox = SessionOutbox(limitCount: 1024, limitBytes: 1 << 20)
  private let mediaPort: UInt16
  private var sockets: [ObjectIdentifier: LoopbackSocket] = [:]
  private var generator: SeededGenerator
  private var lastID = 0

  init(_ name: String, on service: SignalingService, mediaPort: UInt16, seed: UInt64) throws {
    (self.name, self.mediaPort) = (name, mediaPort)
    generator = SeededGenerator(seed: seed)
    session = try service.open(client: .loopback, cookie: nil, outbox: outbox)
  }

  // MARK: Signalling

  func join(_ room: String) async throws {
    await request(#""type":"hello","versions":[1]"#)
    await request(#""type":"join","room":"\#(room)","name":"\#(name)","devices":{"audio":true,"video":true}"#)
    try await hear()
  }

  func request(_ members: String) async {
    lastID += 1
    await session.receive(text: ByteBuffer(string: #"{"id":\#(lastID),\#(members)}"#))
  }

  /// Makes both connections with the server, and publishes a microphone and a camera.
  func publish() async {
    publishing = browser()
    watching = browser()
    publishing?.startCamera(every: .milliseconds(10), at: SystemClock.now)
    publishing?.startMicrophone(every: .milliseconds(20), at: SystemClock.now)
    let tracks = #"[{"mid":"0","source":"microphone"},{"mid":"1","source":"camera"}]"#
    await request(#""type":"publish","offer":\#(quoted(publishing?.offer() ?? "")),"tracks":\#(tracks)"#)
  }

  func subscribe(toCamerasOf others: [Page]) async {
    let tracks = others.map { #"{"participant":"\#($0.participant)","source":"camera","width":640,"height":360}"# }
    await request(#""type":"subscribe","tracks":[\#(tracks.joined(separator: ","))]"#)
  }

  private func browser() -> Browser {
    let socket = LoopbackSocket(to: mediaPort)
    let browser = Browser(
      at: socket.address, server: TransportAddress(LoopbackSocket.ip, port: mediaPort), using: &generator)
    browser.givesKeyframes = true
    sockets[ObjectIdentifier(browser)] = socket
    return browser
  }

  private func quoted(_ text: String) -> String {
    #""\#(text.replacing("\r\n", with: #"\r\n"#).replacing("\"", with: #"\""#))""#
  }

  private func hear() async throws {
    for case .text(let text) in outbox.takeQueued() { try await take(try JSON(parsing: text.readableBytesView)) }
  }

  private func take(_ message: JSON) async throws {
    if let error = message["error"] { refusals.append(error) }
    if let data = message["data"] {
      if let room = data["room"] { note(room) }
      if data["published"] != nil { report = data }
      if let id = data["participant"]?.text { participant = id }
      if let answer = data["answer"]?.text { try publishing?.accept(answer: answer, at: SystemClock.now) }
    }
    switch message["type"]?.text {
    case "roomChanged": if let changes = message["changes"] { note(changes) }
    case "slots":
      let passed = Self.slots(in: message)
      slots = slots.map { slot in passed.first { $0.mid == slot.mid } ?? slot }
    case "subscription":
      slots = Self.slots(in: message)
      guard let offer = message["offer"]?.text, let number = message["number"]?.integer, let watching else { return }
      let answer = try watching.answer(offer, at: SystemClock.now)
      await request(#""type":"answerSubscription","answer":\#(quoted(answer)),"number":\#(number)"#)
    default: return
    }
  }

  private func note(_ room: JSON) {
    if let topology = room["topology"]?.text { self.topology = topology }
    if let former = room["former"] { self.former = former.text }
  }

  private static func slots(in message: JSON) -> [Slot] {
    (message["slots"]?.elements ?? []).map {
      Slot(
        mid: $0["mid"]?.text ?? "", kind: $0["kind"]?.text ?? "", participant: $0["participant"]?.text,
        source: $0["source"]?.text)
    }
  }

  // MARK: Media

  func step() async throws {
    try await hear()
    for browser in [publishing, watching].compactMap({ $0 }) {
      guard let socket = sockets[ObjectIdentifier(browser)] else { continue }
      for datagram in socket.receive() { browser.receive(datagram, at: SystemClock.now) }
      if browser.nextDeadline <= SystemClock.now { browser.advance(to: SystemClock.now) }
      for datagram in browser.takeOutgoing() { socket.send(datagram) }
    }
  }

  /// How many packets came of a track.
  func received(_ source: String, of other: Page) -> Int {
    guard let place = slots.firstIndex(where: { $0.participant == other.participant && $0.source == source }) else {
      return 0
    }
    return watching?.received.count { watching?.mediaIndex(ofIncoming: $0.stream) == place } ?? 0
  }

  /// Whether sound and picture of all of these are coming.
  func meets(_ others: [Page]) -> Bool {
    others.allSatisfy { received("microphone", of: $0) > 20 && received("camera", of: $0) > 20 }
  }
}
