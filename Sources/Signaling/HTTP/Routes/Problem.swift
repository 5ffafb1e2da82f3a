import HTTPTypes
import HummingbirdCore
import NIOCore

/// An error as a program reads it: `application/problem+json` (RFC 9457).
struct Problem {
  let status: HTTPResponse.Status
  /// One sentence about this occurrence: what happened and what to do.
  let detail: String

  var response: Response {
    // Both texts are ours and need no escaping.
    let json = """
      {"type":"about:blank","title":"\(status.reasonPhrase)","status":\(status.code),"detail":"\(detail)"}
      """
    let headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
  }
}
