import CSockets
import Glibc
import RTP
import SFU
import STUN
import WebRTC

/// What this machine takes at least to get a packet to each of many sockets, whatever a server does beside it: the kernel's ways to send,
/// and encryption alone.
///
/// Bursts of a picture to each destination with rests between them, read by a thread on another core, as a server under load meets it: part of
/// what is measured is the waking of the reader, who sleeps when it has nothing to read. Printed are lines for people, or with `json` one
/// object for `make bench`.
struct FloorBenchmark {
  private static let destinationCount = 200
  static let packetByteCount = 1150
  /// Packets of one burst to one destination: those of a picture; eight where runs of eight are measured.
  private static let picturePackets = 6
  private static let roundCount = 60
  private static let repetitions = 3
  /// Between two bursts everything is read, and the reader sleeps.
  private static let rest = timespec(tv_sec: 0, tv_nsec: 4_000_000)

  /// The core of the sender, and that of the reader.
  var cores = (Int32(0), Int32(1))
  var isForPrograms = false

  func run() throws {
    var figures: [(name: String, nanoseconds: Double)] = []
    let sink = try FloorSink(count: Self.destinationCount, core: cores.1)
    defer { sink.stop() }
    csockets_pin_thread(cores.0)
    let socket = try DatagramSocket(binding: TransportAddress(Self.loopback, port: 0), isShared: false)
    let messages = FloorMessages(to: sink.addresses, byteCount: Self.packetByteCount)
    figures.append(("sendto", measure(Self.picturePackets) { messages.sendOneByOne(on: socket.descriptor, $0) }))
    figures.append(("sendmmsg", measure(Self.picturePackets) { messages.sendBatch(on: socket.descriptor, $0) }))
    for run in [2, 4, 8] {
      let packets = run == 8 ? 8 : run == 4 ? 8 : Self.picturePackets
      let time = measure(packets) { messages.sendRuns(of: run, on: socket.descriptor, $0) }
      figures.append(("segments\(run)", time))
    }
    figures.append(("aes-gcm", encrypting(by: .best)))
    figures.append(("aes-gcm-openssl", encrypting(by: .openSSL)))
    figures.append(("srtp", try sealing()))
    show(figures)
  }

  static let loopback = IPAddress(ipv4: 0x7F00_0001)

  /// Nanoseconds of this thread for a packet: the median of several measurements of many bursts.
  private func measure(_ packets: Int, _ burst: (Int) -> Void) -> Double {
    var times: [Double] = []
    for _ in 0..<Self.repetitions {
      var spent: Int64 = 0
      for _ in 0..<Self.roundCount {
        let start = threadTime()
        burst(packets)
        spent += threadTime() - start
        var rest = Self.rest
        nanosleep(&rest, nil)
      }
      times.append(Double(spent) / Double(Self.roundCount * packets * Self.destinationCount))
    }
    return times.sorted()[times.count / 2]
  }

  /// AES-128-GCM alone, by one key.
  private func encrypting(by library: AESGCM.Library) -> Double {
    var cipher = FloorCipher(byteCount: Self.packetByteCount, library: library)
    return measure(Self.picturePackets) { packets in
      for _ in 0..<packets * Self.destinationCount { cipher.seal() }
    }
  }

  /// Sealing of SRTP alone, from a shared plaintext into a slot, with a key for each destination in turn.
  private func sealing() throws -> Double {
    let profile = SRTPProfile.aeadAES128GCM
    let senders = (0..<Self.destinationCount).map { _ in Sender(profile) }
    let payload = [UInt8](repeating: 7, count: Self.packetByteCount - 36)
    let slot = UnsafeMutableRawBufferPointer.allocate(byteCount: 2048, alignment: 64)
    defer { slot.deallocate() }
    var number: UInt16 = 0
    return measure(Self.picturePackets) { packets in
      for sender in senders {
        for packet in 0..<UInt16(packets) { sender.seal(number &+ packet, payload, into: slot) }
      }
      number &+= UInt16(packets)
    }
  }

  private final class Sender {
    private var context: SRTPSendContext

    init(_ profile: SRTPProfile) {
      context = SRTPSendContext(profile: profile, master: .sample(for: profile))
    }

    func seal(_ number: UInt16, _ payload: [UInt8], into slot: UnsafeMutableRawBufferPointer) {
      var output = OutputRawSpan(buffer: slot, initializedCount: 0)
      do {
        try output.writeUInt16(0x9060)
        try output.writeUInt16(number)
        try output.writeUInt32(0)
        try output.writeUInt32(0xcafe_babe)
        try output.writeUInt32(0xbede_0001)
        try output.writeUInt32(0x1101_0200)
        try context.seal(&output, headerByteCount: 20, appending: payload.span.bytes)
      } catch {
        preconditionFailure("numbers go on and the slot has room: \(error)")
      }
      _ = output.finalize(for: slot)
    }
  }

  private func show(_ figures: [(name: String, nanoseconds: Double)]) {
    guard isForPrograms else {
      for (name, time) in figures {
        print("floor, \(name)\(String(repeating: " ", count: 49 - name.count))\((time * 10).rounded() / 10) ns")
      }
      return
    }
    print("{" + figures.map { "\"\($0)\": \(($1 * 10).rounded() / 10)" }.joined(separator: ", ") + "}")
  }
}
