extension SessionDescription {
  /// The description as text, with CRLF after every line.
  package var text: String {
    var lines = ["v=0", origin.line, "s=\(name)"]
    if let connection { lines.append("c=\(connection)") }
    lines.append("t=0 0")
    lines += groups.map(\.line)
    if isICELite { lines.append("a=ice-lite") }
    if allowsMixedExtensions { lines.append("a=extmap-allow-mixed") }
    if let direction { lines.append("a=\(direction.rawValue)") }
    lines += transport.lines
    lines += otherAttributes.map(\.line)
    lines += media.flatMap(\.lines)
    return lines.joined(separator: "\r\n") + "\r\n"
  }
}

extension SessionDescription.Origin {
  fileprivate var line: String { "o=\(username) \(sessionID) \(version) \(address)" }
}

extension MediaDescription {
  /// The lines of the description in the order that JSEP gives its examples in.
  var lines: [String] {
    var lines = ["m=\(([kind.token, String(port), protocolName] + formats).joined(separator: " "))"]
    if let connection { lines.append("c=\(connection)") }
    lines += candidates.map { "a=candidate:\($0.attributeValue)" }
    if hasAllCandidates { lines.append("a=end-of-candidates") }
    lines += transport.lines
    if let mid { lines.append("a=mid:\(mid)") }
    lines += rtpLines
    if let sctpPort { lines.append("a=sctp-port:\(sctpPort)") }
    if let maximumMessageSize { lines.append("a=max-message-size:\(maximumMessageSize)") }
    return lines + otherAttributes.map(\.line)
  }

  private var rtpLines: [String] {
    var lines = extensions.map(\.line)
    if allowsMixedExtensions { lines.append("a=extmap-allow-mixed") }
    if let direction { lines.append("a=\(direction.rawValue)") }
    lines += streams.map(\.line)
    lines += flagLines
    lines += codecs.flatMap(\.lines)
    lines += restrictionIdentifiers.map(\.line)
    if let simulcast { lines.append(simulcast.line) }
    lines += sourceGroups.map(\.line)
    return lines + sources.flatMap(\.lines)
  }

  private var flagLines: [String] {
    let flags = [
      (isBundleOnly, "a=bundle-only"), (multiplexesRTCP, "a=rtcp-mux"), (multiplexesRTCPOnly, "a=rtcp-mux-only"),
      (reducesRTCPSize, "a=rtcp-rsize"),
    ]
    return flags.filter(\.0).map(\.1)
  }
}
