import HTTPTypes
import HummingbirdCore

extension Asset {
  /// The answer to GET or HEAD: the representation the client understands, or 304 when it has it already.
  func response(to request: HTTPFields) -> Response {
    let representation = representation(acceptsGzip: Self.acceptsGzip(request[values: .acceptEncoding]))
    var headers: HTTPFields = [
      .contentType: mediaType, .cacheControl: cacheControl, .eTag: representation.etag,
    ]
    if gzip != nil { headers[.vary] = "Accept-Encoding" }
    if Self.matches(request[values: .ifNoneMatch], representation.etag) {
      headers[.contentType] = nil
      return Response(status: .notModified, headers: headers)
    }
    if representation.etag != plain.etag { headers[.contentEncoding] = "gzip" }
    return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: representation.body))
  }

  /// RFC 9110 §12.5.3: named, or covered by `*`, and not with a weight of zero.
  private static func acceptsGzip(_ values: [String]) -> Bool {
    var anyCoding = false
    for element in values.flatMap({ $0.split(separator: ",") }) {
      let parts = element.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      switch parts.first {
      case "gzip", "x-gzip": return weight > 0
      case "*": anyCoding = weight > 0
      default: continue
      }
    }
    return anyCoding
  }

  /// RFC 9110 §13.1.2: any tag of the list, compared weakly.
  private static func matches(_ values: [String], _ etag: String) -> Bool {
    values.flatMap { $0.split(separator: ",") }.map { $0.trimmingSpaces() }.contains { tag in
      tag == "*" || (tag.hasPrefix("W/") ? tag.dropFirst(2) : tag) == etag
    }
  }
}
