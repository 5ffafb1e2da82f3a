import HTTPTypes
import Signaling
import Testing

/// The rules of RFC 9725 and draft-ietf-wish-whep about requests, before any body is read.
@Suite struct WHIPDoorTests {
  private static let places = [
    "/whip/tea", "/whip/tea/abc", "/whep/tea", "/whep/tea/abc", "/whep/tea/abc/layer", "/whep/tea/abc/events",
  ]

  private func decide(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], isKnown: Bool = true
  ) throws -> DoorDecision {
    WHIPDoor.decide(method, try DoorPath(path), headers, isKnown: isKnown)
  }

  private func response(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:], isKnown: Bool = true,
    _ location: SourceLocation = #_sourceLocation
  ) throws -> DoorResponse {
    let decision = try decide(method, path, headers, isKnown: isKnown)
    guard case .respond(let response) = decision else { throw Unanswered(decision: decision) }
    return response
  }

  private struct Unanswered: Error { let decision: DoorDecision }

  // MARK: Offers

  @Test(arguments: ["application/sdp", "Application/SDP", "application/sdp; charset=utf-8", " application/sdp ;x=y"])
  func takesAnOffer(type: String) throws {
    #expect(try decide(.post, "/whip/tea", [.contentType: type]) == .open)
    #expect(try decide(.post, "/whep/tea", [.contentType: type]) == .open)
  }

  @Test(arguments: [nil, "text/plain", "application/json", "application/trickle-ice-sdpfrag", "application/sdp2", ""])
  func refusesAnOfferOfAnotherType(type: String?) throws {
    var headers: HTTPFields = [:]
    headers[.contentType] = type

    let response = try response(.post, "/whip/tea", headers)

    #expect(response.status.code == 415)
    #expect(response.headers[HTTPField.Name("Accept-Post")!] == "application/sdp")
  }

  @Test func refusesWhatIsCompressedOrTooLargeBeforeReadingIt() throws {
    let packed: HTTPFields = [.contentType: "application/sdp", .contentEncoding: "gzip"]
    let large: HTTPFields = [.contentType: "application/sdp", .contentLength: "65537"]
    let largest: HTTPFields = [.contentType: "application/sdp", .contentLength: "65536", .contentEncoding: "identity"]

    #expect(try response(.post, "/whip/tea", packed).status.code == 415)
    #expect(try response(.post, "/whip/tea", large).status.code == 413)
    #expect(try decide(.post, "/whip/tea", largest) == .open)
  }

  // MARK: Fragments

  @Test func passesAFragmentOnUnderItsCondition() throws {
    let headers: HTTPFields = [.contentType: "application/trickle-ice-sdpfrag", .ifMatch: "\"a\""]

    #expect(try decide(.patch, "/whip/tea/abc", headers) == .patch(EntityCondition("\"a\"")))
    #expect(try decide(.patch, "/whep/tea/abc", headers) == .patch(EntityCondition("\"a\"")))
  }

  @Test func refusesAFragmentWithoutConditionOrOfAnotherType() throws {
    let unconditional: HTTPFields = [.contentType: "application/trickle-ice-sdpfrag"]
    let answer: HTTPFields = [.contentType: "application/sdp", .ifMatch: "\"a\""]

    #expect(try response(.patch, "/whip/tea/abc", unconditional).status.code == 428)
    let refusal = try response(.patch, "/whep/tea/abc", answer)
    #expect(refusal.status.code == 415)
    #expect(refusal.headers[HTTPField.Name("Accept-Patch")!] == "application/trickle-ice-sdpfrag")
  }

  // MARK: The other methods

  @Test(arguments: places) func answersOptionsForScriptsOfEveryOrigin(path: String) throws {
    let response = try response(.options, path, isKnown: false)

    #expect(response.status.code == 204 && response.body == .none)
    #expect(response.headers[.accessControlAllowOrigin] == "*")
    #expect(response.headers[.accessControlAllowHeaders] == "Authorization, Content-Type, If-Match")
    #expect(response.headers[.accessControlAllowMethods] == response.headers[.allow])
    #expect(response.headers[HTTPField.Name("Link")!] == nil)
  }

  @Test func saysWhatAPlaceTakes() throws {
    let (post, patch) = (HTTPField.Name("Accept-Post")!, HTTPField.Name("Accept-Patch")!)

    #expect(try response(.options, "/whip/tea").headers[post] == "application/sdp")
    #expect(try response(.options, "/whip/tea").headers[.allow] == "OPTIONS, POST, GET, HEAD")
    #expect(try response(.options, "/whip/tea/abc").headers[patch] == "application/trickle-ice-sdpfrag")
    #expect(try response(.options, "/whip/tea/abc").headers[.allow] == "OPTIONS, PATCH, DELETE, GET, HEAD")
    #expect(try response(.options, "/whep/tea/abc/layer").headers[post] == "application/json")
  }

  @Test(arguments: places.filter { $0.split(separator: "/").count < 4 })
  func answersGetWithSuccessAndNoContent(path: String) throws {
    let response = try response(.get, path)

    #expect(response.status.code == 204 && response.body == .none)
    #expect(response.headers[.accessControlExposeHeaders] == "Location, ETag, Link, Accept-Patch, Retry-After")
  }

  @Test func showsByHeadThatItIsAWHEPEndpoint() throws {
    let response = try response(.head, "/whep/tea")

    #expect(response.status.code == 200 && response.headers[.contentType] == "application/sdp")
    #expect(try self.response(.head, "/whip/tea").status.code == 204)
    #expect(try self.response(.head, "/whip/tea/abc").status.code == 204)
  }

  @Test func endsASessionWhateverTheConditionSays() throws {
    #expect(try decide(.delete, "/whip/tea/abc", [.ifMatch: "\"other\""]) == .end)
    #expect(try decide(.delete, "/whep/tea/abc") == .end)
  }

  @Test(arguments: places) func refusesMethodsThatAPlaceDoesNotKnow(path: String) throws {
    let known = Set(try #require(try response(.options, path).headers[.allow]).split(separator: ", ").map(String.init))
    let methods: [HTTPRequest.Method] = [.put, .trace, .connect, .post, .patch, .delete, .get, .head]
    for method in methods where !known.contains(method.rawValue) {
      let response = try response(method, path)
      #expect(response.status.code == 405, "\(method) \(path)")
      #expect(response.headers[.allow].map { Set($0.split(separator: ", ").map(String.init)) } == known)
    }
  }

  @Test(arguments: [HTTPRequest.Method.get, .head, .patch, .delete, .put, .post])
  func saysOfASessionThatIsNotThereThatItIsNotThere(method: HTTPRequest.Method) throws {
    let headers: HTTPFields = [.contentType: "text/plain"]

    #expect(try response(method, "/whip/tea/abc", headers, isKnown: false).status.code == 404)
    #expect(try response(method, "/whep/tea/abc/layer", headers, isKnown: false).status.code == 404)
  }

  // MARK: The extensions of WHEP

  @Test func readsWishesAndSubscriptionsAsJSON() throws {
    let json: HTTPFields = [.contentType: "application/json"]

    #expect(try decide(.post, "/whep/tea/abc/layer", json) == .chooseLayer)
    #expect(try decide(.post, "/whep/tea/abc/events", json) == .subscribe)
    #expect(try decide(.get, "/whep/tea/abc/events") == .listen)
    #expect(try response(.post, "/whep/tea/abc/layer").status.code == 415)
    #expect(try response(.post, "/whep/tea/abc/events").status.code == 415)
  }
}
