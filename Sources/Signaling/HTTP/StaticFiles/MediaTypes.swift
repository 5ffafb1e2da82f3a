/// What a file is, by the end of its name.
struct MediaType {
  let name: String
  /// Text shrinks; images, sounds and fonts are compressed already.
  let isCompressible: Bool

  static func of(_ path: String) -> MediaType {
    let dot = path.lastIndex(of: ".").map { path.index(after: $0) } ?? path.endIndex
    return known[path[dot...].lowercased()] ?? MediaType(name: "application/octet-stream", isCompressible: false)
  }

  private static let known: [String: MediaType] = [
    "css": MediaType(name: "text/css; charset=utf-8", isCompressible: true),
    "html": MediaType(name: "text/html; charset=utf-8", isCompressible: true),
    "ico": MediaType(name: "image/x-icon", isCompressible: true),
    "jpg": MediaType(name: "image/jpeg", isCompressible: false),
    "js": MediaType(name: "text/javascript; charset=utf-8", isCompressible: true),
    "json": MediaType(name: "application/json", isCompressible: true),
    "map": MediaType(name: "application/json", isCompressible: true),
    "mjs": MediaType(name: "text/javascript; charset=utf-8", isCompressible: true),
    "mp3": MediaType(name: "audio/mpeg", isCompressible: false),
    "ogg": MediaType(name: "audio/ogg", isCompressible: false),
    "opus": MediaType(name: "audio/ogg", isCompressible: false),
    "png": MediaType(name: "image/png", isCompressible: false),
    "svg": MediaType(name: "image/svg+xml", isCompressible: true),
    "txt": MediaType(name: "text/plain; charset=utf-8", isCompressible: true),
    "wasm": MediaType(name: "application/wasm", isCompressible: true),
    "wav": MediaType(name: "audio/wav", isCompressible: true),
    "webm": MediaType(name: "video/webm", isCompressible: false),
    "webmanifest": MediaType(name: "application/manifest+json", isCompressible: true),
    "webp": MediaType(name: "image/webp", isCompressible: false),
    "woff2": MediaType(name: "font/woff2", isCompressible: false),
  ]
}
