import NIOCore
import Signaling
import Synchronization
import TestSupport
import Testing

/// A browser as the server sees it: sends text, keeps what it is sent.
final class TestClient: Sendable {
  private struct State {
    var nextID = 1
    var events: [JSON] = []
    var closed: CloseReason?
    var received: [JSON] = []
    var participant = ""
    var resumeToken = ""
    var hostKey = ""
    var joined: JSON?
  }

  let session: ClientSession
  let outbox: SessionOutbox
  private let state = Mutex(State())

  init(_ service: SignalingService, from address: ClientAddress = .loopback, cookie: String? = nil) throws {
    outbox = SessionOutbox(limitCount: 1024, limitBytes: 1 << 20)
    session = try service.open(client: address, cookie: cookie, outbox: outbox)
  }

  var participant: String { state.withLock { $0.participant } }
  var resumeToken: String {
    read()
    return state.withLock { $0.resumeToken }
  }
  var hostKey: String {
    read()
    return state.withLock { $0.hostKey }
  }
  /// The snapshot it was last given.
  var snapshot: JSON? {
    read()
    return state.withLock { $0.joined }
  }
  var closed: CloseReason? {
    read()
    return state.withLock { $0.closed }
  }
  /// Every event so far.
  var events: [JSON] {
    read()
    return state.withLock { $0.events }
  }
  /// Everything the server ever sent here.
  var received: [JSON] {
    read()
    return state.withLock { $0.received }
  }
  var lastSeq: Int { events.last?["seq"]?.integer ?? 0 }

  func events(_ type: String) -> [JSON] { events.filter { $0["type"]?.text == type } }

  // MARK: Saying

  func send(raw text: String) async {
    await session.receive(text: ByteBuffer(string: text))
  }

  /// Sends a request, given as its members, and returns its one answer.
  @discardableResult
  func request(_ members: String, _ location: SourceLocation = #_sourceLocation) async throws -> JSON {
    let id = state.withLock { state in
      defer { state.nextID += 1 }
      return state.nextID
    }
    let before = received.count
    await send(raw: #"{"id":\#(id),\#(members)}"#)
    let answers = received.dropFirst(before).filter { $0["id"]?.integer == id }
    return try #require(answers.count == 1 ? answers.first : nil, "\(members): \(answers)", sourceLocation: location)
  }

  /// Sends a request that is to succeed and returns its data.
  @discardableResult
  func succeed(_ members: String, _ location: SourceLocation = #_sourceLocation) async throws -> JSON {
    let answer = try await request(members, location)
    return try #require(answer["data"], "\(members): \(answer)", sourceLocation: location)
  }

  /// Sends a request that is to fail and returns its error.
  @discardableResult
  func fail(_ members: String, _ location: SourceLocation = #_sourceLocation) async throws -> SignalingError.Code {
    let answer = try await request(members, location)
    let text = try #require(answer["error"]?["code"]?.text, "\(members): \(answer)", sourceLocation: location)
    return try #require(SignalingError.Code(rawValue: text), sourceLocation: location)
  }

  @discardableResult
  func join(_ room: String, as name: String, _ fields: String = "") async throws -> JSON {
    try await succeed(#""type":"join","room":"\#(room)","name":"\#(name)"\#(fields.isEmpty ? "" : ",")\#(fields)"#)
  }

  @discardableResult
  func resume(_ token: String, seq: Int? = nil, fresh: Bool = false) async throws -> JSON {
    let seq = seq.map { #","seq":\#($0)"# } ?? ""
    return try await succeed(#""type":"resume","token":"\#(token)"\#(seq),"fresh":\#(fresh)"#)
  }

  // MARK: Hearing

  /// The answer to a request, once the media plane has given it.
  func answer(_ id: Int) async throws -> JSON {
    try await eventually { self.received.first { $0["id"]?.integer == id } }
  }

  /// The last event of this type, once there is one.
  func event(_ type: String) async throws -> JSON {
    try await eventually { self.events(type).last }
  }

  private func eventually(_ find: () -> JSON?) async throws -> JSON {
    for _ in 0..<2000 {
      if let found = find() { return found }
      try await Task.sleep(for: .milliseconds(1))
    }
    return try #require(find())
  }

  private func read() {
    for item in outbox.takeQueued() {
      switch item {
      case .close(let reason): state.withLock { $0.closed = reason }
      case .text(let text):
        guard let message = try? JSON(parsing: text.readableBytesView) else {
          Issue.record("The server sent what is not JSON.")
          continue
        }
        state.withLock { Self.note(message, in: &$0) }
      }
    }
  }

  private static func note(_ message: JSON, in state: inout State) {
    state.received.append(message)
    let isEvent = message["seq"] != nil
    if isEvent { state.events.append(message) }
    guard let data = isEvent ? message : message["data"] else { return }
    if let token = data["resumeToken"]?.text { state.resumeToken = token }
    if let key = data["hostKey"]?.text { state.hostKey = key }
    if data["state"] != nil, let id = data["participant"]?.text { state.participant = id }
    if data["state"]?.text == "joined" { state.joined = data }
  }
}
