import RTP
import SFU
import STUN
import ScriptedPeer
import TestSupport
import WebRTC

/// The browsers of a load, each from an address of its own, all by one socket.
final class LoadClients {
  private var browsers: [TransportAddress: Browser] = [:]
  private let socket: DatagramSocket
  private var sender = DatagramSender()
  private var receiver = DatagramReceiver()
  private var slab = PacketSlab(slotCount: 4096)
  private let server: TransportAddress
  /// Whether nobody tells what came, so that nothing depends on how soon they would.
  private let isSilent: Bool
  private var generator = SeededGenerator(seed: 1)

  init(of server: TransportAddress, isSilent: Bool = false) throws {
    (self.server, self.isSilent) = (server, isSilent)
    socket = try DatagramSocket(binding: TransportAddress(IPAddress(ipv4: 0), port: 0))
  }

  func newBrowser() -> Browser {
    let ip = IPAddress(ipv4: 0x7F01_0001 + UInt32(browsers.count))
    let browser = Browser(
      at: TransportAddress(ip, port: socket.address.port), server: server, using: &generator)
    browsers[browser.address] = browser
    return browser
  }

  /// Takes what has come, and does what is due.
  func turn() {
    receive()
    for browser in browsers.values {
      browser.advance(to: SystemClock.now)
      send(browser)
    }
    flush()
  }

  /// Sends what a browser has to send.
  func send(_ browser: Browser) {
    for bytes in browser.takeOutgoing() where !isSilent || DatagramKind(of: bytes.span.bytes) != .rtcp {
      if sender.isFull { flush() }
      sender.nextSlot.copyBytes(from: bytes)
      sender.append(byteCount: bytes.count, to: server, from: browser.address.ip)
    }
  }

  func flush() {
    sender.flush(to: socket)
  }

  private func receive() {
    let now = SystemClock.now
    for _ in 0..<64 {
      let count = receiver.receive(from: socket, into: &slab, realtimeOffset: 0, now: now) { datagram, slab in
        browsers[datagram.local]?.receive(Array(slab.bytes(of: datagram.slot)[..<datagram.byteCount]), at: now)
        slab.release(datagram.slot)
      }
      guard count == DatagramReceiver.batchCount else { return }
    }
  }

  /// Takes what has come without looking at it.
  func discard() {
    for _ in 0..<64 {
      let count = receiver.receive(from: socket, into: &slab, realtimeOffset: 0, now: .zero) { datagram, slab in
        slab.release(datagram.slot)
      }
      guard count == DatagramReceiver.batchCount else { return }
    }
  }
}

extension FrameSource.Packet {
  /// A packet of a picture, of which every one begins a keyframe.
  static func ofVideo(_ number: Int, byteCount: Int, timestamp: Int) -> FrameSource.Packet {
    FrameSource.Packet(
      outgoing: outgoing(number, timestamp: timestamp, isLast: false),
      payload: [0x10, 0x00] + [UInt8](repeating: 7, count: byteCount - 2))
  }

  /// One of the packets of a picture, which refers to others unless it is a keyframe (RFC 7741 §4.2 and §4.3).
  static func ofPicture(
    _ number: Int, index: Int, of count: Int, isKeyframe: Bool, byteCount: Int, timestamp: Int
  ) -> FrameSource.Packet {
    FrameSource.Packet(
      outgoing: outgoing(number, timestamp: timestamp, isLast: index == count - 1),
      payload: [index == 0 ? 0x10 : 0x00, isKeyframe ? 0x00 : 0x01] + [UInt8](repeating: 7, count: byteCount - 2))
  }

  private static func outgoing(_ number: Int, timestamp: Int, isLast: Bool) -> OutgoingPacket {
    OutgoingPacket(
      payloadType: BrowserDescriptions.videoType, sequence: SequenceNumber(wrapping: Int64(number)),
      timestamp: UInt32(truncatingIfNeeded: timestamp), marker: isLast, source: Int64(number))
  }
}
