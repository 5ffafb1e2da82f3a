#if arch(x86_64)
  import CIPSecMB
  import COpenSSL

  /// AES-GCM by Intel's Multi-Buffer Crypto library, which takes a quarter of OpenSSL's time for a packet.
  ///
  /// Each packet is one call: the library's way to encrypt in pieces takes longer than putting the pieces together does.
  struct MultiBufferGCM: ~Copyable {
    /// What the library has for this processor, by the length of the key; nil on one without AES instructions.
    ///
    /// All threads share the functions: they keep nothing between calls, and each message is worked on in memory of its owner.
    private static let functions: (short: gcm_functions, long: gcm_functions)? = {
      var (short, long) = (gcm_functions(), gcm_functions())
      return gcm_choose(&short, &long) ? (short, long) : nil
    }()

    static var isUsable: Bool { functions != nil }

    private let functions: gcm_functions
    private let state: UnsafeMutableRawPointer

    /// For a key of 16 or 32 bytes, on a processor on which the library is usable.
    init(key: [UInt8]) {
      guard let all = Self.functions else { preconditionFailure("the library has nothing for this processor") }
      functions = key.count == 32 ? all.long : all.short
      guard let state = gcm_create(functions, key) else { preconditionFailure("there is no memory for a key") }
      self.state = state
    }

    deinit { gcm_destroy(state) }

    /// Encrypts `plaintext` into `target`, where all of it but `appended` stands, and writes the tag behind it.
    func seal(
      nonce: UnsafePointer<UInt8>, authenticating data: UnsafeRawBufferPointer, _ plaintext: SRTPPlaintext,
      to target: UnsafeMutablePointer<UInt8>
    ) {
      let count = plaintext.byteCount
      let source = plaintext.joined(in: target)
      gcm_apply(functions.seal, state, target, source, count, nonce, data.bytePointer, data.count, target + count)
    }

    /// Decrypts `count` bytes in place; false when the tag is wrong, and then the bytes are meaningless.
    func open(
      nonce: UnsafePointer<UInt8>, authenticating data: UnsafeRawBufferPointer,
      inPlace bytes: UnsafeMutablePointer<UInt8>, count: Int, tag: UnsafePointer<UInt8>
    ) -> Bool {
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: AESGCM.tagByteCount) { computed in
        let expected = computed.baseAddress!  // of sixteen bytes
        gcm_apply(functions.open, state, bytes, bytes, count, nonce, data.bytePointer, data.count, expected)
        return CRYPTO_memcmp(expected, tag, AESGCM.tagByteCount) == 0
      }
    }
  }
#endif
