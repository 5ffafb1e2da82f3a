/// AES in Galois/Counter Mode under one key (RFC 5116 §5.1), by the library that is fastest on this processor.
///
/// Allocates nothing after `init`. The owner calls it from one thread.
package struct AESGCM: ~Copyable {
  /// How many bytes of authentication tag (RFC 7714 §13.2).
  package static let tagByteCount = 16

  package enum Direction {
    case seal
    case open
  }

  /// Who does the arithmetic.
  package enum Library: CaseIterable {
    /// OpenSSL, which runs everywhere.
    case openSSL
    /// Intel's Multi-Buffer Crypto library, for processors of its architecture with AES instructions.
    case multiBuffer

    /// The fastest that this processor can run.
    package static let best: Library = multiBuffer.isUsable ? .multiBuffer : .openSSL

    package var isUsable: Bool {
      switch self {
      case .openSSL: return true
      case .multiBuffer:
        #if arch(x86_64)
          return MultiBufferGCM.isUsable
        #else
          return false
        #endif
      }
    }
  }

  /// A closed choice, so that a packet meets a branch and no witness table.
  ///
  /// Not private: modules that keep a transform refer to its layout, and the linker does not find that of a private type.
  enum Engine: ~Copyable {
    case openSSL(OpenSSLGCM)
    #if arch(x86_64)
      case multiBuffer(MultiBufferGCM)
    #endif
  }

  private let engine: Engine

  /// For a key of 16 or 32 bytes, by a library that is usable.
  init(key: [UInt8], direction: Direction, library: Library) {
    switch library {
    case .openSSL: engine = .openSSL(OpenSSLGCM(key: key, direction: direction))
    case .multiBuffer:
      #if arch(x86_64)
        engine = .multiBuffer(MultiBufferGCM(key: key))
      #else
        preconditionFailure("the library is for another architecture")
      #endif
    }
  }

  /// Encrypts `plaintext` into `target`, where all of it but `appended` stands, and writes the tag behind it.
  ///
  /// `data` is authenticated and stays readable; it is not empty.
  func seal(
    nonce: SRTPSalt.Block, authenticating data: UnsafeRawBufferPointer, _ plaintext: SRTPPlaintext,
    to target: UnsafeMutablePointer<UInt8>
  ) {
    nonce.withBytes { nonce in
      switch engine {
      case .openSSL(let engine): engine.seal(nonce: nonce, authenticating: data, plaintext, to: target)
      #if arch(x86_64)
        case .multiBuffer(let engine): engine.seal(nonce: nonce, authenticating: data, plaintext, to: target)
      #endif
      }
    }
  }

  /// Decrypts `count` bytes in place; false when the tag is wrong, and then the bytes are meaningless.
  func open(
    nonce: SRTPSalt.Block, authenticating data: UnsafeRawBufferPointer,
    inPlace bytes: UnsafeMutablePointer<UInt8>, count: Int, tag: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    nonce.withBytes { nonce in
      switch engine {
      case .openSSL(let engine):
        return engine.open(nonce: nonce, authenticating: data, inPlace: bytes, count: count, tag: tag)
      #if arch(x86_64)
        case .multiBuffer(let engine):
          return engine.open(nonce: nonce, authenticating: data, inPlace: bytes, count: count, tag: tag)
      #endif
      }
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The first byte, as the libraries want it; the buffer is not empty.
  var bytePointer: UnsafePointer<UInt8> {
    baseAddress!.assumingMemoryBound(to: UInt8.self)  // callers ask for parts of packets that have at least one byte
  }
}
