/// One packet of an RTCP datagram, read.
package enum RTCPPacket: Equatable, Sendable {
  case senderReport(SenderReport)
  case receiverReport(ReceiverReport)
  case sourceDescription(SourceDescription)
  case goodbye(Goodbye)
  case genericNACK(GenericNACK)
  case transportFeedback(TransportFeedback)
  case pictureLossIndication(PictureLossIndication)
  case fullIntraRequest(FullIntraRequest)
  case remb(REMB)
  case extendedReport(ExtendedReport)
  /// A type or feedback format that we do not know: to be passed over (RFC 3550 §6.1).
  case unknown(packetType: UInt8, count: UInt8)

  /// Reads the packet that `header`, from the same datagram, stands before.
  package init(parsing datagram: RawSpan, header: RTCPHeader) throws(WireError) {
    let body = datagram.extracting(header.body)  // the header was read from this datagram, so its body is within
    switch RTCPPacketType(rawValue: header.packetType) {
    case .senderReport: self = .senderReport(try SenderReport(parsing: body, count: header.count))
    case .receiverReport: self = .receiverReport(try ReceiverReport(parsing: body, count: header.count))
    case .sourceDescription: self = .sourceDescription(try SourceDescription(parsing: body, count: header.count))
    case .goodbye: self = .goodbye(try Goodbye(parsing: body, count: header.count))
    case .transportLayerFeedback: self = try Self.transportLayerFeedback(body, header)
    case .payloadSpecificFeedback: self = try Self.payloadSpecificFeedback(body, header)
    case .extendedReport: self = .extendedReport(try ExtendedReport(parsing: body))
    case nil: self = .unknown(packetType: header.packetType, count: header.count)
    }
  }

  private static func transportLayerFeedback(_ body: RawSpan, _ header: RTCPHeader) throws(WireError) -> RTCPPacket {
    switch header.count {
    case GenericNACK.format: return .genericNACK(try GenericNACK(parsing: body))
    case TransportFeedback.format:
      return .transportFeedback(try TransportFeedback(parsing: body, at: header.body.lowerBound))
    default: return .unknown(packetType: header.packetType, count: header.count)
    }
  }

  private static func payloadSpecificFeedback(_ body: RawSpan, _ header: RTCPHeader) throws(WireError) -> RTCPPacket {
    switch header.count {
    case PictureLossIndication.format: return .pictureLossIndication(try PictureLossIndication(parsing: body))
    case FullIntraRequest.format: return .fullIntraRequest(try FullIntraRequest(parsing: body))
    case REMB.format where REMB.isNamed(in: body): return .remb(try REMB(parsing: body))
    default: return .unknown(packetType: header.packetType, count: header.count)
    }
  }
}
