package import FoundationEssentials
import NIOHTTP1

/// The door of a server by which media is published (WHIP, RFC 9725) or watched (WHEP): an offer goes in, an answer and the address of a
/// session come out.
package struct StreamDoor: Sendable {
  /// A session that was opened.
  struct Session: Sendable {
    let answer: String
    /// Where it is ended; nil if the server names none.
    let address: URL?
  }

  struct Refusal: Error, CustomStringConvertible {
    let door: String
    let status: Int
    let detail: String

    var description: String {
      "\(door) answered \(status)\(detail.isEmpty ? "" : ": \(detail)")"
    }
  }

  /// A server that is asked too fast, is full or has nobody to watch yet says when to come again.
  private static let passingStatuses: Set = [409, 429, 503]
  private static let attemptLimit = 10
  private static let longestWait = 5

  package let address: URL
  /// What is shown as `Bearer`; nil for nothing.
  let secret: String?

  /// Offers until the server takes it or refuses for good.
  func open(_ offer: String) async throws -> Session {
    var headers: HTTPHeaders = ["Content-Type": "application/sdp"]
    if let secret { headers.add(name: "Authorization", value: "Bearer \(secret)") }
    for attempt in 1... {
      let response = try await HTTPClient().send(.POST, address, headers: headers, body: offer)
      if response.status == 201 { return session(response) }
      guard Self.passingStatuses.contains(response.status), attempt < Self.attemptLimit else {
        throw Refusal(door: address.absoluteString, status: response.status, detail: Self.detail(of: response.body))
      }
      let wait = response.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 1
      try await Task.sleep(for: .seconds(min(max(wait, 1), Self.longestWait)))
    }
    preconditionFailure("the last attempt returns or throws")
  }

  private func session(_ response: HTTPClient.Response) -> Session {
    let location = response.headers.first(name: "Location").flatMap { URL(string: $0, relativeTo: address) }
    return Session(answer: response.body, address: location?.absoluteURL)
  }

  /// Ends a session; one that is gone already is ended as well.
  static func close(_ session: URL, secret: String?) async {
    let headers: HTTPHeaders = secret.map { ["Authorization": "Bearer \($0)"] } ?? [:]
    _ = try? await HTTPClient().send(.DELETE, session, headers: headers)
  }

  /// The sentence of `application/problem+json`, if it is one.
  private static func detail(of body: String) -> String {
    struct Problem: Decodable {
      let detail: String?
    }
    return (try? JSONDecoder().decode(Problem.self, from: Data(body.utf8)))?.detail ?? ""
  }
}
