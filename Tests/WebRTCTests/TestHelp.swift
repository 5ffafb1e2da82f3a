import Foundation
import RTP
import STUN
import WebRTC

/// The session descriptions that real stacks made, beside these tests.
enum SDPVectors {
  static func text(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors/SDP")
    return try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  static let names = [
    "aiortc-1.16-offer", "chromium-156-answer-to-firefox-153-p2p", "chromium-156-answer-to-firefox-153-recv",
    "chromium-156-answer-to-firefox-153-sim", "chromium-156-offer-dc", "chromium-156-offer-p2p-max-bundle",
    "chromium-156-offer-p2p", "chromium-156-offer-recv-mdns", "chromium-156-offer-recv", "chromium-156-offer-red",
    "chromium-156-offer-sim-trickle-first", "chromium-156-offer-sim", "chromium-156-offer-svc", "ffmpeg-8.1-whip-offer",
    "firefox-153-answer-to-chromium-156-p2p", "firefox-153-answer-to-chromium-156-recv",
    "firefox-153-answer-to-chromium-156-sim", "firefox-153-offer-dc", "firefox-153-offer-p2p-max-bundle",
    "firefox-153-offer-p2p", "firefox-153-offer-recv-mdns", "firefox-153-offer-recv", "firefox-153-offer-red",
    "firefox-153-offer-sim-trickle-first", "firefox-153-offer-sim", "firefox-153-offer-svc", "gstreamer-1.22-offer",
    "libdatachannel-0.24-offer-dc", "pion-3.1.56-offer-icelite-tcp", "pion-3.1.56-offer", "simple-whip-client-offer",
    "wrtc-0.1.0-libwebrtc-m152-offer-sim", "wrtc-0.1.0-libwebrtc-m152-offer",
  ]

  static func description(_ name: String) throws -> SessionDescription {
    try SessionDescription(parsing: text(name + ".sdp"))
  }
}

extension TransportAddress {
  init(_ ip: String, _ port: UInt16) {
    self.init(IPAddress(ip)!, port: port)  // a test's own text
  }
}
