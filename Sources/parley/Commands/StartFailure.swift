import Glibc
import NIOCore
import Signaling

/// Why the program could not start: the key, what is wrong with it, and an example.
struct StartFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// The address or port of the pages cannot be had.
  init(listening http: HTTPServerConfiguration, _ error: any Error) {
    let reason = (error as? IOError).map { Self.text(ofErrno: $0.errnoCode) } ?? "\(error)"
    let advice =
      switch (error as? IOError)?.errnoCode {
      case EADDRINUSE:
        "Another program has the port (`ss -ltnp` says which); choose another, as in SERVER_LISTEN_PORT=3011."
      case EACCES: "Ports below 1024 need a privilege; choose another, as in SERVER_LISTEN_PORT=3010."
      case EADDRNOTAVAIL: "This machine does not have the address; to use all it has: SERVER_LISTEN_IP=0.0.0.0."
      default: "See SERVER_LISTEN_IP and SERVER_LISTEN_PORT."
      }
    self.init("cannot listen on \(http.address):\(http.port): \(reason). \(advice)")
  }

  /// The data directory cannot be used.
  init(keysIn directory: String, _ failure: ServerKeys.Failure) {
    let problem =
      switch failure {
      case .cannotCreate(let path, let errno): "\(path) cannot be made: \(Self.text(ofErrno: errno))"
      case .cannotRead(let path, let errno): "\(path) cannot be read: \(Self.text(ofErrno: errno))"
      case .wrongLength(let path, let count):
        "\(path) has \(count) bytes instead of \(ServerKeys.byteCount): restore it, or remove it to get a new one"
      }
    let rule = "It must be a directory that this user may write, as in DATA_DIR=./data."
    self.init("DATA_DIR=\(directory): \(problem). \(rule)")
  }

  /// The certificate or its key cannot be used.
  init(certificate files: CertificateStore.Files, _ failure: CertificateStore.LoadError) {
    let rule = "Both are PEM files that this user may read, as in SERVER_SSL_CERT=/etc/ssl/meet.example/fullchain.pem."
    self.init("SERVER_SSL_CERT=\(files.certificate), SERVER_SSL_KEY=\(files.key): \(failure). \(rule)")
  }

  private static func text(ofErrno number: Int32) -> String { String(cString: strerror(number)) }
}
