import CZlib

/// Compresses once, at the best level, into the gzip format (RFC 1952).
func gzipped(_ bytes: [UInt8]) -> [UInt8]? {
  var stream = z_stream()
  let windowBits = 15 + 16  // the largest window; 16 asks zlib for gzip's frame instead of its own
  let opened = deflateInit2_(
    &stream, Z_BEST_COMPRESSION, Z_DEFLATED, Int32(windowBits), 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  guard opened == Z_OK else { return nil }
  defer { deflateEnd(&stream) }

  var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
  var input = bytes
  let isComplete = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      return deflate(&stream, Z_FINISH) == Z_STREAM_END
    }
  }
  guard isComplete else { return nil }
  output.removeLast(Int(stream.avail_out))
  return output
}
