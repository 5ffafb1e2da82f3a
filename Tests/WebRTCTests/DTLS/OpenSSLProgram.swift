import Foundation
import Glibc
import WebRTC

/// The `openssl` program as a DTLS peer that has retransmission timers of its own.
final class OpenSSLProgram {
  private static let path = "/usr/bin/openssl"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: path)

  /// A key and a certificate in files that go away with the object.
  final class Identity {
    let folder: URL
    var certificate: String { folder.appendingPathComponent("certificate.pem").path }
    var key: String { folder.appendingPathComponent("key.pem").path }

    /// `algorithm` is what `openssl req -newkey` takes.
    init(_ algorithm: [String]) throws {
      folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try OpenSSLProgram.run(
        ["req", "-x509", "-nodes", "-days", "1", "-subj", "/CN=peer", "-keyout", key, "-out", certificate, "-newkey"]
          + algorithm)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func fingerprint() throws -> CertificateFingerprint? {
      let text = try OpenSSLProgram.run(["x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"])
      let digits = text.split(separator: "=").last?.filter(\.isHexDigit) ?? ""
      return CertificateFingerprint(.sha256, [UInt8](hex: String(digits)))
    }
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Starts `s_client` or `s_server` with the options that both share.
  init(_ command: [String], identity: Identity, profiles: String, keyByteCount: Int) throws {
    process.executableURL = URL(fileURLWithPath: Self.path)
    process.arguments =
      command + [
        "-dtls1_2", "-cert", identity.certificate, "-key", identity.key, "-use_srtp", profiles,
        "-keymatexport", "EXTRACTOR-dtls_srtp", "-keymatexportlen", String(keyByteCount),
      ]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  /// Ends the program as its user would, and returns the keying material that it has printed.
  func finish() throws -> [UInt8]? {
    try input.fileHandleForWriting.write(contentsOf: Data("Q\n".utf8))
    try input.fileHandleForWriting.close()
    DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(5)) { [process] in
      // It waits for a handshake that has failed, and SIGTERM may be among the signals that it was started without.
      if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard let line = text.split(separator: "\n").first(where: { $0.contains("Keying material: ") }) else { return nil }
    return [UInt8](hex: String(line.split(separator: " ").last ?? ""))
  }

  @discardableResult
  static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }
}
