import RTP
import SFU
import STUN
import ScriptedPeer
import TestSupport

/// An encoder or a player as the server meets it: HTTP requests and one peer connection.
final class StreamClient {
  let browser: Browser
  /// The path of its session, and the tag of its ICE session.
  private(set) var session: String?
  private(set) var tag: String?
  private let web: WebClient
  private let socket: LoopbackSocket

  init(_ web: WebClient, mediaPort: UInt16, seed: UInt64) {
    self.web = web
    socket = LoopbackSocket(to: mediaPort)
    var generator = SeededGenerator(seed: seed)
    browser = Browser(
      at: socket.address, server: TransportAddress(LoopbackSocket.ip, port: mediaPort), using: &generator)
    browser.givesKeyframes = true
  }

  /// Offers at a door and takes the answer; returns the status.
  func post(_ door: String, _ room: String) async throws -> Int {
    let response = try await web.request(
      "POST", "/\(door)/\(room)", ["Content-Type": "application/sdp"], body: browser.offer())
    guard response.status == 201, let location = response.headers["location"] else { return response.status }
    (session, tag) = ("/\(door)/\(location)", response.headers["etag"])
    try browser.accept(answer: response.body, at: SystemClock.now)
    return response.status
  }

  /// Restarts ICE; returns the status.
  func restart() async throws -> Int {
    browser.renewCredentials()
    let response = try await patch(browser.fragment(), ifMatch: "*")
    guard response.status == 200 else { return response.status }
    tag = response.headers["etag"]
    try browser.accept(fragment: response.body, at: SystemClock.now)
    return response.status
  }

  /// Tells of candidates; returns the status.
  func trickle() async throws -> Int {
    try await patch(browser.fragment(), ifMatch: tag ?? "").status
  }

  func delete() async throws -> Int {
    try await web.request("DELETE", session ?? "/").status
  }

  private func patch(_ fragment: String, ifMatch condition: String) async throws -> WebClient.Response {
    try await web.request(
      "PATCH", session ?? "/", ["Content-Type": "application/trickle-ice-sdpfrag", "If-Match": condition],
      body: fragment)
  }

  func step() {
    for datagram in socket.receive() { browser.receive(datagram, at: SystemClock.now) }
    if browser.nextDeadline <= SystemClock.now { browser.advance(to: SystemClock.now) }
    for datagram in browser.takeOutgoing() { socket.send(datagram) }
  }

  /// How many packets came in a media description.
  func receivedCount(inMedia index: Int) -> Int {
    browser.received.count { browser.mediaIndex(ofIncoming: $0.stream) == index }
  }
}
