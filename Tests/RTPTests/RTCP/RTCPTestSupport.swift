import RTP
import Testing

/// All packets of a datagram; throws what reading throws.
func packets(of datagram: [UInt8]) throws(WireError) -> [RTCPPacket] {
  var cursor = RTCPCursor()
  var packets: [RTCPPacket] = []
  while let header = try cursor.next(in: datagram.span.bytes) {
    packets.append(try RTCPPacket(parsing: datagram.span.bytes, header: header))
  }
  return packets
}

/// What `body` writes into a datagram.
func datagram(_ body: (inout OutputRawSpan) throws(WireError) -> Void) throws(WireError) -> [UInt8] {
  try [UInt8](capacity: 2000, writing: body)
}

/// Expects `packet` to be read from the bytes of `hex`, and `write` to write them.
func expectPacket(
  _ packet: RTCPPacket, _ hex: String, sourceLocation: SourceLocation = #_sourceLocation,
  writtenBy write: (inout OutputRawSpan) throws(WireError) -> Void
) throws {
  let bytes = [UInt8](hex: hex)
  #expect(try packets(of: bytes) == [packet], sourceLocation: sourceLocation)
  #expect(try datagram(write).hex == bytes.hex, sourceLocation: sourceLocation)
  expectRefusalOfEveryTruncation(of: bytes, from: 1, sourceLocation: sourceLocation) { _ = try packets(of: $0) }
}

/// Expects the datagram to be refused with `error`.
func expectRefusal(_ hex: String, _ error: WireError, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(throws: error, sourceLocation: sourceLocation) { try packets(of: [UInt8](hex: hex)) }
}

/// One packet of every kind, written by hand from the RFCs.
enum RTCPVectors {
  static let senderReport = """
    81 c8 000c  # version 2, one block, SR, 13 words
    902f9e2e  # SSRC of sender
    eac84514 50460404  # NTP timestamp
    a1f25025  # RTP timestamp
    00000064  # 100 packets
    0001d4c0  # 120000 octets
    """ + "\n" + block

  static let receiverReport = """
    81 c9 0007  # version 2, one block, RR, 8 words
    902f9e2e  # SSRC of sender
    """ + "\n" + block

  private static let block = """
    bc5e9a40  # SSRC of the stream
    20 fffffe  # an eighth lost, two more received than expected in all
    000246e0  # extended highest sequence number: two wraps, 18144
    00000111  # jitter
    09f36432  # last SR
    00049f4a  # delay since last SR: 4.62 s
    """

  static let sourceDescription = """
    82 ca 0006  # version 2, two chunks, SDES, 7 words
    902f9e2e  # source
    01 06 7061726c6579  # CNAME "parley"
    00000000  # the end, zeros up to the word: at least one
    bc5e9a40  # source
    0f 01 30 00  # MID "0", the end
    """

  static let goodbye = """
    82 cb 0004  # version 2, two sources, BYE, 5 words
    902f9e2e bc5e9a40  # sources
    05 6c6566 742e 0000  # reason "left." and zeros
    """

  static let nack = """
    81 cd 0004  # version 2, generic NACK, RTPFB, 5 words
    902f9e2e bc5e9a40  # sender, media
    fffe 8005  # 65534, and after it 65535, 1 and 14
    1000 0000  # 4096
    """

  static let pictureLoss = """
    81 ce 0002  # version 2, PLI, PSFB, 3 words
    902f9e2e bc5e9a40  # sender, media
    """

  static let fullIntra = """
    84 ce 0004  # version 2, FIR, PSFB, 5 words
    902f9e2e 00000000  # sender, unused
    bc5e9a40 07 000000  # media, sequence number
    """

  static let remb = """
    8f ce 0006  # version 2, application layer feedback, PSFB, 7 words
    902f9e2e 00000000  # sender, unused
    52454d42  # "REMB"
    02 0be848  # two sources; exponent 2, mantissa 0x3e848 = 256072: 1024288 bits a second
    bc5e9a40 bc5e9a41  # sources
    """

  static let extended = """
    80 cf 0009  # version 2, XR, 10 words
    902f9e2e  # sender
    04 00 0002 eac84514 50460404  # receiver reference time
    05 00 0003 bc5e9a40 09f36432 00049f4a  # delay since the last one
    00000000  # an empty block of a kind we do not know
    """

  static let feedback = """
    8f cd 0006  # version 2, transport-wide feedback, RTPFB, 7 words
    902f9e2e bc5e9a40  # sender, media
    0064 0007  # packets 100 to 106
    000005 07  # 320 ms, feedback 7
    d491  # vector: small, small, lost, large, small, lost, small
    04 08 012c 01 02  # deltas of 1, 2, 75, 0.25, 0.5 ms
    """

  static let all = [
    senderReport, receiverReport, sourceDescription, goodbye, nack, pictureLoss, fullIntra, remb, extended, feedback,
  ].map { [UInt8](hex: $0) }
}
