import RTP
import STUN
import ScriptedPeer
import TestSupport
import WebRTC

/// A server, browsers and the network between them, moved on in virtual time.
final class Scenario {
  /// Steps at the same moment; more than any honest machine needs to come to rest.
  private static let stepLimit = 10_000

  let server: ServerHost
  let network: VirtualNetwork
  private(set) var now = Instant.zero + .seconds(100)
  private(set) var browsers: [Browser] = []
  private var plans: [(at: Instant, body: () -> Void)] = []
  private var generator: SeededGenerator
  /// Everything that was sent to the server, for those who want to send it again.
  private(set) var wiretap: [(path: FiveTuple, bytes: [UInt8])] = []
  private(set) var sentByServer: [(at: Instant, path: FiveTuple, bytes: [UInt8])] = []

  init(_ conditions: VirtualNetwork.Conditions = .init(), seed: UInt64 = 1) {
    network = VirtualNetwork(conditions, seed: seed)
    generator = SeededGenerator(seed: seed ^ 0x5EED)
    server = ServerHost(seed: seed)
  }

  /// A browser at an address of its own.
  func addBrowser() -> Browser {
    let ip = IPAddress(ipv4: 0xC000_0200 + UInt32(browsers.count + 1))
    let browser = Browser(at: TransportAddress(ip, port: 50_000), server: ServerHost.address, using: &generator)
    browsers.append(browser)
    return browser
  }

  /// A browser that publishes a camera and a microphone, with its peer on the server, before the first packet.
  func addPublisher(_ change: (Browser) -> Void = { _ in }) throws -> (browser: Browser, peer: ServerHost.Peer) {
    let browser = addBrowser()
    change(browser)
    let peer = server.addPeer(.publisher, at: now)
    try browser.accept(answer: server.answer(browser.offer(), for: peer, at: now), at: now)
    return (browser, peer)
  }

  /// A browser that is offered a microphone and a camera; its answer takes `signalingDelay` to come back.
  func addSubscriber(
    answeringAfter signalingDelay: Duration = .zero, _ change: (Browser) -> Void = { _ in }
  ) throws -> (browser: Browser, peer: ServerHost.Peer) {
    let browser = addBrowser()
    change(browser)
    let peer = server.addPeer(.subscriber, at: now)
    _ = peer.connection.addSlot(for: TrackDescription(.audio, stream: "a", track: "a1"), at: now)
    _ = peer.connection.addSlot(for: TrackDescription(.video, stream: "a", track: "v1"), at: now)
    peer.connection.hastenOffer(at: now)
    server.advance(to: now)
    try exchange(browser, peer, after: signalingDelay)
    return (browser, peer)
  }

  /// Carries the peer's latest offer to the browser and its answer back.
  func exchange(_ browser: Browser, _ peer: ServerHost.Peer, after signalingDelay: Duration = .zero) throws {
    guard let offer = peer.takeOffer() else { throw ScenarioError.noOffer }
    let answer = try browser.answer(offer, at: now)
    guard signalingDelay > .zero else { return try server.accept(answer, for: peer, at: now) }
    plan(after: signalingDelay) { [self] in
      do { try server.accept(answer, for: peer, at: now) } catch {
        preconditionFailure("the answer was refused: \(error)")
      }
    }
  }

  func plan(after delay: Duration, _ body: @escaping () -> Void) {
    plans.append((now + delay, body))
  }

  func run(for duration: Duration) {
    run(until: now + duration)
  }

  /// Runs until `isDone`, at the latest until `end`.
  func run(until end: Instant, _ isDone: () -> Bool = { false }) {
    var steps = 0
    settle()
    while !isDone() {
      let next = max(now, nextMoment)
      guard next <= end else { break }
      steps = next == now ? steps + 1 : 0
      precondition(steps < Self.stepLimit, "the machines never come to rest")
      now = next
      step()
    }
    if !isDone(), end > now { now = end }
  }

  private var nextMoment: Instant {
    var moment = min(network.nextArrival, server.nextDeadline)
    for browser in browsers { moment = min(moment, browser.nextDeadline) }
    for plan in plans { moment = min(moment, plan.at) }
    return moment
  }

  private func step() {
    let due = plans.filter { $0.at <= now }
    plans.removeAll { $0.at <= now }
    for plan in due { plan.body() }
    while let datagram = network.takeArrived(by: now) {
      if datagram.isForServer {
        server.receive(datagram.bytes, on: datagram.path, at: now)
      } else {
        // Who has left an address no longer hears what is sent there.
        browsers.first { $0.address == datagram.path.remote }?.receive(datagram.bytes, at: now)
      }
      settle()
    }
    server.advance(to: now)
    for browser in browsers where browser.nextDeadline <= now { browser.advance(to: now) }
    settle()
  }

  private func settle() {
    for (path, bytes) in server.takeOutgoing() {
      sentByServer.append((now, path, bytes))
      network.send(bytes, on: path, toServer: false, at: now)
    }
    for browser in browsers {
      for bytes in browser.takeOutgoing() {
        wiretap.append((browser.path, bytes))
        network.send(bytes, on: browser.path, toServer: true, at: now)
      }
    }
  }
}

enum ScenarioError: Error {
  case noOffer
  case noCredentials
  case strangerWasHeard
}
