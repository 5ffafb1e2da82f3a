import COpenSSL
import Glibc

/// The secrets of this server: one random key in the data directory, and what is derived from it for each purpose.
///
/// Deriving (HMAC-SHA256 of the purpose under the master key) keeps a token made for one purpose worthless for every other.
package struct ServerKeys: Sendable {
  /// What a derived key is used for.
  package enum Purpose: String, Sendable, CaseIterable {
    case resumeToken = "parley resume token 1"
    case banList = "parley ban list 1"
    case browserCookie = "parley browser cookie 1"
  }

  /// Why the key could not be had.
  package enum Failure: Error, Equatable {
    case cannotCreate(path: String, errno: Int32)
    case cannotRead(path: String, errno: Int32)
    case wrongLength(path: String, byteCount: Int)
  }

  package static let byteCount = 32
  /// The file's name inside the data directory.
  package static let fileName = "server.key"

  private let master: [UInt8]

  /// Takes a master key as it is; for tests.
  package init(master: [UInt8]) {
    precondition(master.count == Self.byteCount, "A server key has 32 bytes.")
    self.master = master
  }

  /// A key that nobody keeps: tokens made with it end with the process.
  package static func ephemeral() -> ServerKeys {
    ServerKeys(master: randomBytes(byteCount))
  }

  /// Reads the key of this data directory, making the directory and the key on the first start (only the owner may read them).
  package static func load(dataDirectory: String) throws(Failure) -> ServerKeys {
    let path = dataDirectory + "/" + fileName
    if let key = try read(path) { return key }
    try makeDirectory(dataDirectory)
    try create(path)
    guard let key = try read(path) else { throw .cannotRead(path: path, errno: ENOENT) }
    return key
  }

  /// The key for one purpose.
  package func key(for purpose: Purpose) -> [UInt8] {
    HMAC.sha256(Array(purpose.rawValue.utf8), key: master)
  }

  private static func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  private static func makeDirectory(_ path: String) throws(Failure) {
    var parent = ""
    for component in path.split(separator: "/", omittingEmptySubsequences: false) {
      parent += parent.isEmpty && !path.hasPrefix("/") ? String(component) : "/" + component
      if parent == "/" || parent.isEmpty { parent = path.hasPrefix("/") ? "" : parent; continue }
      guard mkdir(parent, 0o700) == 0 || errno == EEXIST else { throw .cannotCreate(path: parent, errno: errno) }
    }
  }

  /// Writes the key beside its place and links it there, so that of two starting servers one wins and nobody reads half a key.
  private static func create(_ path: String) throws(Failure) {
    let temporary = path + ".\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotCreate(path: temporary, errno: errno) }
    defer { unlink(temporary) }
    let bytes = randomBytes(byteCount)
    let written = write(descriptor, bytes, bytes.count)
    let synced = fsync(descriptor)
    close(descriptor)
    guard written == bytes.count, synced == 0 else { throw .cannotCreate(path: temporary, errno: errno) }
    guard link(temporary, path) == 0 || errno == EEXIST else { throw .cannotCreate(path: path, errno: errno) }
  }

  private static func read(_ path: String) throws(Failure) -> ServerKeys? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw .cannotRead(path: path, errno: errno)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: byteCount + 1)
    let count = Glibc.read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw .cannotRead(path: path, errno: errno) }
    guard count == byteCount else { throw .wrongLength(path: path, byteCount: count) }
    return ServerKeys(master: Array(bytes.prefix(byteCount)))
  }
}
