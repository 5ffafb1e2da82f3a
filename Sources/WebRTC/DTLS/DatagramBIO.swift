import COpenSSL

/// What an OpenSSL connection reads from and writes to: datagrams in memory, whose borders a memory BIO would lose.
///
/// One read takes the one datagram that is offered; one write is one datagram. The object belongs to the handshake whose
/// connection uses it and lives longer than that connection.
final class DatagramBIO {
  /// More than any flight has, even at the smallest MTU.
  private static let maximumWrittenCount = 64
  /// An IPv4 and a UDP header: what OpenSSL has to leave free if it is told the MTU of the link.
  private static let headerByteCount = 28

  /// Valid only while `offering` runs.
  private var offered: UnsafeRawBufferPointer?
  private(set) var written: [[UInt8]] = []

  /// Made once: the table of functions that OpenSSL calls. It is not changed afterwards.
  nonisolated(unsafe) private static let method: OpaquePointer = {
    guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams") else {
      preconditionFailure("OpenSSL has no memory for a BIO method")
    }
    BIO_meth_set_read(method) { bio, target, capacity in
      guard let bio, let target, let datagrams = DatagramBIO.of(bio) else { return -1 }
      return datagrams.read(bio, into: UnsafeMutableRawBufferPointer(start: target, count: Int(capacity)))
    }
    BIO_meth_set_write(method) { bio, source, count in
      guard let bio, let source, let datagrams = DatagramBIO.of(bio) else { return -1 }
      datagrams.write(UnsafeRawBufferPointer(start: source, count: Int(count)))
      return count
    }
    BIO_meth_set_ctrl(method) { _, command, _, _ in
      switch command {
      case BIO_CTRL_FLUSH: return 1
      case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: return DatagramBIO.headerByteCount
      default: return 0
      }
    }
    return method
  }()

  /// A BIO for the connection, which frees it; it keeps no reference.
  func makeBIO() -> OpaquePointer {
    guard let bio = BIO_new(Self.method) else { preconditionFailure("OpenSSL has no memory for a BIO") }
    BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
    BIO_set_init(bio, 1)
    return bio
  }

  /// Runs `body`, in which the connection may read `datagram` once.
  func offering<Result>(_ datagram: UnsafeRawBufferPointer?, _ body: () -> Result) -> Result {
    offered = datagram
    defer { offered = nil }
    return body()
  }

  /// Hands over what was written since the last call.
  func takeWritten() -> [[UInt8]] {
    defer { written = [] }
    return written
  }

  private static func of(_ bio: OpaquePointer) -> DatagramBIO? {
    BIO_get_data(bio).map { Unmanaged<DatagramBIO>.fromOpaque($0).takeUnretainedValue() }
  }

  private func read(_ bio: OpaquePointer, into target: UnsafeMutableRawBufferPointer) -> Int32 {
    bio_clear_retry_flags(bio)
    guard let datagram = offered else {
      bio_set_retry_read(bio)
      return -1
    }
    offered = nil
    let count = min(datagram.count, target.count)
    target.copyMemory(from: UnsafeRawBufferPointer(rebasing: datagram[..<count]))
    return Int32(count)
  }

  private func write(_ datagram: UnsafeRawBufferPointer) {
    guard written.count < Self.maximumWrittenCount else { return }
    written.append(Array(datagram))
  }
}
