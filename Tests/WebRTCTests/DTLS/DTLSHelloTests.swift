import Foundation
import RTP
import Testing
import WebRTC

/// The first flights of real browsers, which ask for DTLS 1.3 with a post-quantum key share and so need two datagrams.
struct DTLSHelloTests {
  @Test(arguments: ["chromium-156", "firefox-153"], [1, 2, 3, 5])
  func answersTheHelloOfABrowserInFragments(browser: String, count: Int) throws {
    let fragments = try fragments(of: browser, count: count)

    for order in [fragments, fragments.reversed(), fragments + fragments, fragments.reversed() + fragments] {
      let server = DTLSEndpoint()
      server.start(as: .server)
      for fragment in order { server.receive(fragment) }
      server.work()

      #expect(server.state == .connecting)
      #expect(try handshakeTypes(server.sent) == [2, 11, 12, 13, 14], "ServerHello to ServerHelloDone, once")
    }
  }

  @Test func aHelloThatCameBeforeThePathIsKept() throws {
    let server = DTLSEndpoint()
    for fragment in try fragments(of: "chromium-156", count: 2) { server.receive(fragment) }
    #expect(!server.hasWork)
    #expect(server.sent.isEmpty)

    server.start(as: .server)
    server.work()

    #expect(try handshakeTypes(server.sent).first == 2)
  }

  @Test func onlySoMuchIsKeptBeforeThePathIsThere() throws {
    let server = DTLSEndpoint()
    let fragment = try fragments(of: "firefox-153", count: 2)[0]

    for _ in 0..<1000 { server.receive(fragment) }

    #expect(server.droppedDatagramCount >= 992)
    server.start(as: .server)
    server.work()
    #expect(server.sent.isEmpty)
    #expect(server.state == .connecting)
  }

  @Test func aMissingFragmentIsWaitedFor() throws {
    let fragments = try fragments(of: "chromium-156", count: 3)
    let server = DTLSEndpoint()
    server.start(as: .server)

    for fragment in [fragments[0], fragments[2], fragments[0]] { server.receive(fragment) }
    server.work()
    #expect(server.sent.isEmpty)

    server.receive(fragments[1])
    server.work()
    #expect(try handshakeTypes(server.sent).first == 2)
  }

  /// Messages that no handshake has are dropped before OpenSSL allocates for them or takes offence.
  @Test func messagesThatNoHandshakeHasAreDropped() throws {
    let hello = try fragments(of: "chromium-156", count: 2)
    let header = Array(hello[0].prefix(13))
    let impossible: [[UInt8]] = [
      [1, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0],  // 16 MB long
      [1, 0, 0, 4, 0, 200, 0, 0, 0, 0, 0, 1, 0],  // the two hundredth
      [1, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 1, 0],  // behind its own end
      [1, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 4, 0],  // shorter than it says
      [],  // nothing at all
    ]
    let server = DTLSEndpoint()
    server.start(as: .server)

    for body in impossible {
      server.receive(Array(header.dropLast(2)) + [0, UInt8(body.count)] + body)
    }
    #expect(server.droppedDatagramCount == impossible.count)
    for fragment in hello { server.receive(fragment) }
    server.work()

    #expect(try handshakeTypes(server.sent).first == 2)
  }

  /// The body of a recorded hello, cut into `count` messages' fragments, each in a record and a datagram of its own.
  private func fragments(of browser: String, count: Int) throws -> [[UInt8]] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Vectors/DTLS")
    let file = folder.appendingPathComponent("\(browser)-client-hello.hex")
    let body = [UInt8](hex: try String(contentsOf: file, encoding: .utf8))
    let size = (body.count + count - 1) / count
    return stride(from: 0, to: body.count, by: size).enumerated().map { number, offset in
      let part = body[offset..<min(offset + size, body.count)]
      let message = [1] + bytes24(body.count) + [0, 0] + bytes24(offset) + bytes24(part.count) + part
      let header: [UInt8] = [22, 0xfe, 0xff, 0, 0, 0, 0, 0, 0, 0, UInt8(number)]
      return header + bytes24(message.count).suffix(2) + message
    }
  }

  private func bytes24(_ value: Int) -> [UInt8] {
    [UInt8(value >> 16), UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
  }

  private func handshakeTypes(_ datagrams: [[UInt8]]) throws -> [UInt8] {
    var types: [UInt8] = []
    for datagram in datagrams {
      for record in try DTLSRecord.records(of: datagram.span.bytes) where record.type == .handshake {
        var body = datagram.span.bytes.extracting(record.body)
        while !body.isEmpty {
          let fragment = try DTLSHandshakeFragment(reading: &body)
          if fragment.offset == 0 { types.append(fragment.messageType) }
        }
      }
    }
    return types
  }
}
