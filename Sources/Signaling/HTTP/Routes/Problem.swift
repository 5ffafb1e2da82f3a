import HTTPTypes
import HummingbirdCore
import NIOCore

/// An error as a program reads it: `application/problem+json` (RFC 9457).
struct Problem {
  let status: HTTPResponse.Status
  /// One sentence about this occurrence: what happened and what to do.
  let detail: String

  var response: Response {
    var json = JSONWriter()
    json.object { writer in
      writer.field("type", "about:blank")
      writer.field("title", status.reasonPhrase)
      writer.field("status", Int64(status.code))
      writer.field("detail", detail)
    }
    let headers: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: json.buffer))
  }
}
