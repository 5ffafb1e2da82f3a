import COpenSSL
import NIOCore

/// One file of the web client as it is sent: plain, compressed if that is smaller, and what identifies either.
struct Asset: Sendable {
  struct Representation: Sendable {
    let body: ByteBuffer
    /// A strong validator (RFC 9110 §8.8.3) of exactly these bytes.
    let etag: String
  }

  let mediaType: String
  let cacheControl: String
  let plain: Representation
  let gzip: Representation?

  init(path: String, bytes: [UInt8]) {
    let type = MediaType.of(path)
    mediaType = type.name
    cacheControl = Self.cacheControl(type)
    let digest = fingerprint(bytes)
    plain = Representation(body: ByteBuffer(bytes: bytes), etag: "\"\(digest)\"")
    let compressed = type.isCompressible ? gzipped(bytes).flatMap { $0.count < bytes.count ? $0 : nil } : nil
    gzip = compressed.map { Representation(body: ByteBuffer(bytes: $0), etag: "\"\(digest)-gzip\"") }
  }

  func representation(acceptsGzip: Bool) -> Representation {
    guard acceptsGzip, let gzip else { return plain }
    return gzip
  }

  /// Code must never be a mix of two versions, so it is revalidated each time; pages also carry a cookie, so only the
  /// browser itself may keep them. What pictures show hardly matters for an hour.
  private static func cacheControl(_ type: MediaType) -> String {
    if type.name.hasPrefix("text/html") { return "private, no-cache" }
    return type.isCompressible ? "no-cache" : "public, max-age=3600"
  }
}

/// The SHA-256 of the bytes in hexadecimal, 128 bits of it: enough to tell versions apart.
private func fingerprint(_ bytes: [UInt8]) -> String {
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
  SHA256(bytes, bytes.count, &digest)
  return digest.prefix(16).map(\.hexadecimal).joined()
}
