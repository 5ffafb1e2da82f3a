import COpenSSL
import RTP

/// Seals and opens the records of an association after its handshake: alerts, and what of the last flight is sent again.
///
/// OpenSSL gives no access to a connection's record keys, but a connection is too large to be kept for an alert that comes once.
/// So the keys are derived again from the master secret (RFC 5246 §6.3) and the connection is freed.
struct DTLSRecordProtection {
  private static let tagByteCount = 16
  private static let explicitNonceByteCount = 8
  private static let epoch: UInt64 = 1

  /// One direction.
  private struct Key {
    let key: [UInt8]
    let nonce: [UInt8]
  }

  private let suite: DTLSCipherSuite
  private let local: Key
  private let remote: Key
  /// The sequence number of our next record.
  private var nextSequenceNumber: UInt64 = 0

  init(
    suite: DTLSCipherSuite, role: DTLSRole, masterSecret: [UInt8], clientRandom: [UInt8], serverRandom: [UInt8]
  ) {
    let (keyCount, nonceCount) = (suite.keyByteCount, suite.fixedNonceByteCount)
    let block = suite.keyBlock(
      masterSecret: masterSecret, seed: serverRandom + clientRandom, count: 2 * (keyCount + nonceCount))
    let keys = block.prefix(2 * keyCount)
    let nonces = block.dropFirst(2 * keyCount)
    let client = Key(key: Array(keys.prefix(keyCount)), nonce: Array(nonces.prefix(nonceCount)))
    let server = Key(key: Array(keys.dropFirst(keyCount)), nonce: Array(nonces.dropFirst(nonceCount)))
    self.suite = suite
    switch role {
    case .client: (local, remote) = (client, server)
    case .server: (local, remote) = (server, client)
    }
  }

  /// Makes sure that a sequence number which OpenSSL has used is not used again.
  mutating func skip(_ used: UInt64) {
    nextSequenceNumber = max(nextSequenceNumber, used + 1)
  }

  /// The content of a record that the peer has sealed, or nil if it has not.
  func open(_ record: DTLSRecord, in datagram: RawSpan) -> [UInt8]? {
    open(record, in: datagram, with: remote)
  }

  /// A record that we have sealed, under a new sequence number.
  mutating func resealed(_ record: DTLSRecord, in datagram: RawSpan) -> [UInt8]? {
    guard let content = open(record, in: datagram, with: local) else { return nil }
    return seal(content, as: record.type)
  }

  /// A whole record with `content`.
  mutating func seal(_ content: [UInt8], as type: DTLSRecord.ContentType) -> [UInt8] {
    let number = Self.epoch << 48 | nextSequenceNumber
    nextSequenceNumber += 1
    let explicit = suite.nonceForm == .explicit ? number.bigEndianBytes : []
    let nonce = nonce(for: local, number: number, explicit: explicit)
    let data = Self.additionalData(number, type, byteCount: content.count)
    let sealed = seal(content, nonce: nonce, data: data)
    let body = explicit + sealed
    return [type.rawValue] + DTLSRecord.version.bigEndianBytes + number.bigEndianBytes
      + UInt16(body.count).bigEndianBytes + body
  }

  private func open(_ record: DTLSRecord, in datagram: RawSpan, with key: Key) -> [UInt8]? {
    guard record.epoch == UInt16(Self.epoch) else { return nil }
    let explicitCount = suite.nonceForm == .explicit ? Self.explicitNonceByteCount : 0
    let body = datagram.extracting(record.body).array
    let contentCount = body.count - explicitCount - Self.tagByteCount
    guard contentCount >= 0 else { return nil }
    let number = Self.epoch << 48 | record.sequenceNumber
    let nonce = nonce(for: key, number: number, explicit: Array(body.prefix(explicitCount)))
    let data = Self.additionalData(number, record.type, byteCount: contentCount)
    return open(Array(body.dropFirst(explicitCount)), key: key, nonce: nonce, data: data)
  }

  private func nonce(for key: Key, number: UInt64, explicit: [UInt8]) -> [UInt8] {
    switch suite.nonceForm {
    case .explicit: return key.nonce + explicit
    case .implicit: return zip(key.nonce, [0, 0, 0, 0] + number.bigEndianBytes).map { $0 ^ $1 }
    }
  }

  /// What is authenticated besides the content (RFC 5246 §6.2.3.3 with the number of RFC 6347 §4.1.2.1).
  private static func additionalData(_ number: UInt64, _ type: DTLSRecord.ContentType, byteCount: Int) -> [UInt8] {
    number.bigEndianBytes + [type.rawValue] + DTLSRecord.version.bigEndianBytes + UInt16(byteCount).bigEndianBytes
  }

  private func seal(_ content: [UInt8], nonce: [UInt8], data: [UInt8]) -> [UInt8] {
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory for a cipher") }
    defer { EVP_CIPHER_CTX_free(context) }
    var sealed = [UInt8](repeating: 0, count: content.count)
    var tag = [UInt8](repeating: 0, count: Self.tagByteCount)
    var end: [UInt8] = [0]
    var written: Int32 = 0
    let success =
      EVP_EncryptInit_ex(context, suite.cipher, nil, local.key, nonce) == 1
      && EVP_EncryptUpdate(context, nil, &written, data, Int32(data.count)) == 1
      && EVP_EncryptUpdate(context, &sealed, &written, content, Int32(content.count)) == 1
      && EVP_EncryptFinal_ex(context, &end, &written) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
    precondition(success, "OpenSSL cannot seal a record")
    return sealed + tag
  }

  private func open(_ sealed: [UInt8], key: Key, nonce: [UInt8], data: [UInt8]) -> [UInt8]? {
    guard let context = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has no memory for a cipher") }
    defer { EVP_CIPHER_CTX_free(context) }
    var tag = Array(sealed.suffix(Self.tagByteCount))
    let ciphertext = Array(sealed.dropLast(Self.tagByteCount))
    var content = [UInt8](repeating: 0, count: ciphertext.count)
    var end: [UInt8] = [0]
    var written: Int32 = 0
    let isAuthentic =
      EVP_DecryptInit_ex(context, suite.cipher, nil, key.key, nonce) == 1
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
      && EVP_DecryptUpdate(context, nil, &written, data, Int32(data.count)) == 1
      && EVP_DecryptUpdate(context, &content, &written, ciphertext, Int32(ciphertext.count)) == 1
      && EVP_DecryptFinal_ex(context, &end, &written) == 1
    return isAuthentic ? content : nil
  }
}

extension FixedWidthInteger {
  /// The value in network byte order.
  fileprivate var bigEndianBytes: [UInt8] {
    withUnsafeBytes(of: bigEndian) { Array($0) }
  }
}
