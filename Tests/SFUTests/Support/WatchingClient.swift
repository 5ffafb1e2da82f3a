import RTP
import SFU
import STUN
import ScriptedPeer
import TestSupport
import WebRTC

/// Somebody who only watches, with a real socket.
final class WatchingClient {
  let name: String
  let browser: Browser
  private(set) var slots: [MediaServer.Slot] = []
  private let room: String
  private let server: ServerUnderTest
  private let socket: ClientSocket
  /// Which of the media packets that come are lost on the way, by their count.
  var loses: (Int) -> Bool = { _ in false }
  private var arrivedCount = 0

  init(_ name: String, in room: String, on server: ServerUnderTest, seed: UInt64) throws {
    (self.name, self.room, self.server) = (name, room, server)
    socket = try ClientSocket(.udp, to: server.address())
    var generator = SeededGenerator(seed: seed)
    browser = Browser(at: socket.address, server: server.address(), using: &generator)
    (browser.descriptions.audio, browser.descriptions.video) = (.recvonly, .recvonly)
    // All is sent that is selected, whatever the network carries.
    browser.descriptions.reportsArrivals = false
  }

  func join(_ selection: MediaServer.Selection) async {
    await server.media.perform(.add(name, publishing: []), in: room)
    await server.media.perform(.watch(name, description: browser.offer(), of: selection), in: room)
  }

  func received(_ kind: MediaServer.Slot.Kind) -> [ReceivedMedia] {
    guard let place = slots.first(where: { $0.kind == kind }).flatMap({ Int($0.mid) }) else { return [] }
    return browser.received.filter { browser.mediaIndex(ofIncoming: $0.stream) == place }
  }

  func step() throws {
    for news in server.takeEvents(of: name, in: room) {
      switch news {
      case .slots(_, let slots): self.slots = slots
      case .answer(_, let answer): try browser.accept(answer: answer, at: SystemClock.now)
      default: continue
      }
    }
    for datagram in socket.receive() where !isLost(datagram) { browser.receive(datagram, at: SystemClock.now) }
    if browser.nextDeadline <= SystemClock.now { browser.advance(to: SystemClock.now) }
    for datagram in browser.takeOutgoing() { socket.send(datagram) }
  }

  private func isLost(_ datagram: [UInt8]) -> Bool {
    guard DatagramKind(of: datagram.span.bytes) == .rtp else { return false }
    arrivedCount += 1
    return loses(arrivedCount)
  }
}
