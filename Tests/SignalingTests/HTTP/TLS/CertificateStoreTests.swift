import FoundationEssentials
import Logging
import NIOCore
import NIOSSL
import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct CertificateStoreTests {
  /// Files in a directory of their own, removed afterwards.
  private func withFiles(_ body: (CertificateStore.Files) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.path + "/parley-tls-\(UInt64.random(in: 0...UInt64.max))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(CertificateStore.Files(certificate: directory + "/cert.pem", key: directory + "/key.pem"))
  }

  private func write(_ pair: (certificate: String, key: String), to files: CertificateStore.Files) throws {
    try Data(pair.certificate.utf8).write(to: URL(filePath: files.certificate))
    try Data(pair.key.utf8).write(to: URL(filePath: files.key))
  }

  private func store(_ files: CertificateStore.Files) throws -> CertificateStore {
    try CertificateStore(files: files, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  private func name(_ connection: RawConnection) async throws -> String? {
    try await connection.channel.nioSSL_peerCertificate().get()?.description
  }

  @Test func servesPagesAndWebSocketsOverTLS() async throws {
    try await withFiles { files in
      try write(TestCertificates.first, to: files)
      try await RunningServer.run(certificates: try store(files)) { server in
        try await RawConnection.open(port: server.port, isTLS: true) { connection in
          let answer = try await connection.request("GET", "/")
          #expect(answer.status == 200)
          #expect(answer["strict-transport-security"] == "max-age=31536000")
          #expect(answer["content-security-policy"]?.contains("wss://localhost;") == true)
          #expect(answer["set-cookie"]?.hasSuffix("; Secure") == true)
        }
        try await RawConnection.openWebSocket(port: server.port, isTLS: true) { connection in
          try await connection.send(frame: RawConnection.Frame.ping, [7])
          let pong = try await connection.frame()
          #expect(pong == RawConnection.Frame(opcode: RawConnection.Frame.pong, payload: [7]))
        }
      }
    }
  }

  @Test func givesNewConnectionsTheNewCertificate() async throws {
    try await withFiles { files in
      try write(TestCertificates.first, to: files)
      let store = try store(files)
      try await RunningServer.run(certificates: store) { server in
        try await RawConnection.open(port: server.port, isTLS: true) { old in
          let status = try await old.request("GET", "/healthz").status
          let oldName = try await name(old)
          try write(TestCertificates.second, to: files)
          store.refresh()

          let newName = try await RawConnection.open(port: server.port, isTLS: true) { new in
            _ = try await new.request("GET", "/healthz")
            return try await name(new)
          }
          let statusAfter = try await old.request("GET", "/healthz").status

          #expect(status == 200 && statusAfter == 200)
          #expect(oldName?.contains("first.example") == true)
          #expect(newName?.contains("second.example") == true)
        }
      }
    }
  }

  @Test func staysWithTheOldPairWhenTheNewOneIsBad() async throws {
    try await withFiles { files in
      try write(TestCertificates.first, to: files)
      let store = try store(files)
      let bad = [
        (TestCertificates.second.certificate, TestCertificates.first.key), ("nonsense", TestCertificates.first.key),
        ("", ""),
      ]
      for pair in bad {
        let before = store.context
        try write(pair, to: files)
        store.refresh()
        #expect(store.context === before)
      }

      try write(TestCertificates.second, to: files)
      let before = store.context
      store.refresh()
      #expect(store.context !== before)
    }
  }

  @Test func saysWhichFileCannotBeRead() async throws {
    try await withFiles { files in
      #expect { try store(files) } throws: { "\($0)" == "cannot read \(files.certificate)" }
    }
  }

  @Test func isNotReadyForPlainHTTP() async throws {
    try await withFiles { files in
      try write(TestCertificates.first, to: files)
      try await RunningServer.run(certificates: try store(files)) { server in
        try await RawConnection.open(port: server.port) { connection in
          try await connection.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
          let answer = String(decoding: try await connection.readToEnd(), as: UTF8.self)
          #expect(!answer.hasPrefix("HTTP/1.1 200"))
        }
      }
    }
  }
}
