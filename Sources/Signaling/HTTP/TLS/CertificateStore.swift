import FoundationEssentials
package import Logging
package import NIOSSL
import ServiceLifecycle
import Synchronization

/// The certificate in use, exchanged without a restart when its files change.
///
/// Connections keep the context that they began with. A pair that cannot be used is reported and not taken.
package final class CertificateStore: Service, Sendable {
  package struct Files: Equatable, Sendable {
    /// PEM, the server's own certificate first.
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
      self.certificate = certificate
      self.key = key
    }
  }

  package enum LoadError: Error, CustomStringConvertible {
    case unreadable(path: String)
    case unusable(String)

    package var description: String {
      switch self {
      case .unreadable(let path): "cannot read \(path)"
      case .unusable(let problem): "the certificate and the key cannot be used: \(problem)"
      }
    }
  }

  private struct State {
    var context: NIOSSLContext
    var certificatePEM: Data
    var keyPEM: Data
  }

  private let files: Files
  private let logger: Logger
  private let interval: Duration
  private let state: Mutex<State>

  /// - Parameter interval: how often the files are looked at; renewals happen days before a certificate ends.
  package init(files: Files, interval: Duration = .seconds(10), logger: Logger) throws(LoadError) {
    self.files = files
    self.interval = interval
    self.logger = logger
    let certificatePEM = try Self.read(files.certificate)
    let keyPEM = try Self.read(files.key)
    let context = try Self.context(certificatePEM, keyPEM)
    state = Mutex(State(context: context, certificatePEM: certificatePEM, keyPEM: keyPEM))
  }

  /// For the next connection.
  package var context: NIOSSLContext { state.withLock { $0.context } }

  package func run() async throws {
    try? await cancelWhenGracefulShutdown { [self] in
      while true {
        try await Task.sleep(for: interval)
        refresh()
      }
    }
  }

  /// Takes the files' present contents if they are new and good.
  package func refresh() {
    do {
      let certificatePEM = try Self.read(files.certificate)
      let keyPEM = try Self.read(files.key)
      let isNew = state.withLock { $0.certificatePEM != certificatePEM || $0.keyPEM != keyPEM }
      guard isNew else { return }
      let context = try Self.context(certificatePEM, keyPEM)
      state.withLock { $0 = State(context: context, certificatePEM: certificatePEM, keyPEM: keyPEM) }
      logger.notice("The TLS certificate was exchanged for the new one")
    } catch {
      logger.error("The changed TLS certificate is not used; the old one stays", metadata: ["problem": "\(error)"])
    }
  }

  private static func read(_ path: String) throws(LoadError) -> Data {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
    return data
  }

  private static func context(_ certificatePEM: Data, _ keyPEM: Data) throws(LoadError) -> NIOSSLContext {
    do {
      let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM))
      let key = try NIOSSLPrivateKey(bytes: Array(keyPEM), format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .unusable("\(error)")
    }
  }
}
