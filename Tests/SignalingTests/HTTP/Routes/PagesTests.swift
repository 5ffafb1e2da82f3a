import Signaling
import Testing

@Suite(.timeLimit(.minutes(1))) struct PagesTests {
  @Test(arguments: ["/", "/join", "/join?room=tea&name=Ada"])
  func givesThePageAtTheRoot(path: String) async throws {
    try await RunningServer.run { server in
      let answer = try await RawConnection.open(port: server.port) { try await $0.request("GET", path) }

      #expect(answer.status == 200)
      #expect(answer["content-type"] == "text/html; charset=utf-8")
      #expect(answer.text == RunningServer.index)
    }
  }

  @Test(arguments: ["/join/tea", "/watch/tea", "/embed/tea", "/join/caf%C3%A9%20au%20lait"])
  func relocatesThePagesLinksOneStepBelow(path: String) async throws {
    try await RunningServer.run { server in
      let answer = try await RawConnection.open(port: server.port) { try await $0.request("GET", path) }

      #expect(answer.status == 200)
      #expect(answer.text.contains(#"href="../styles/app.css""#))
      #expect(answer.text.contains(#"src="../app.js""#))
    }
  }

  @Test func tellsTheBrowserWhatAPageMayDo() async throws {
    try await RunningServer.run { server in
      let answer = try await RawConnection.open(port: server.port) { try await $0.request("GET", "/") }

      #expect(
        answer["content-security-policy"]
          == "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
          + "media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; "
          + "connect-src 'self' ws://localhost; frame-ancestors 'none'")
      #expect(answer["x-content-type-options"] == "nosniff")
      #expect(answer["referrer-policy"] == "no-referrer")
      #expect(answer["cross-origin-opener-policy"] == "same-origin")
      #expect(answer["permissions-policy"]?.contains("camera=(self)") == true)
      #expect(answer["permissions-policy"]?.contains("geolocation=()") == true)
      #expect(answer["strict-transport-security"] == nil)
      #expect(answer["cache-control"] == "private, no-cache")
    }
  }

  @Test func letsOnlyNamedSitesFrameOnlyTheEmbeddedPage() async throws {
    try await RunningServer.run {
      $0.embedOrigins = .origins([WebOrigin("https://www.example")].compactMap { $0 })
    } _: { server in
      try await RawConnection.open(port: server.port) { connection in
        let embedded = try await connection.request("GET", "/embed/tea")
        let joined = try await connection.request("GET", "/join/tea")

        #expect(embedded["content-security-policy"]?.hasSuffix("frame-ancestors 'self' https://www.example") == true)
        #expect(joined["content-security-policy"]?.hasSuffix("frame-ancestors 'none'") == true)
      }
    }
  }

  @Test func givesABrowserItsCookieOnce() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let first = try await connection.request("GET", "/")
        let parts = try #require(first["set-cookie"]).split(separator: "; ").map(String.init)
        #expect(parts.dropFirst() == ["Path=/", "HttpOnly", "SameSite=Lax"])
        #expect(parts[0].wholeMatch(of: /parley_browser=[0-9a-f]{72}/) != nil)

        let again = try await connection.request("GET", "/", ["Cookie: theme=dark; " + parts[0]])
        #expect(again["set-cookie"] == nil)

        let last = parts[0].last == "0" ? "1" : "0"
        for forgery in ["parley_browser=me", String(parts[0].dropLast()) + last] {
          let forged = try await connection.request("GET", "/", ["Cookie: " + forgery])
          #expect(forged["set-cookie"] != nil)
        }
      }
    }
  }

  @Test func revalidatesInsteadOfSendingAgain() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let first = try await connection.request("GET", "/app.js")
        let etag = try #require(first["etag"])
        #expect(first.text == RunningServer.script)
        #expect(first["cache-control"] == "no-cache")

        let second = try await connection.request("GET", "/app.js", ["If-None-Match: \"x\", W/\(etag)"])
        #expect(second.status == 304)
        #expect(second.body.isEmpty)
        #expect(second["etag"] == etag)

        let changed = try await connection.request("GET", "/app.js", ["If-None-Match: \"x\""])
        #expect(changed.status == 200)
      }
    }
  }

  @Test(arguments: [
    ("gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("gzip;q=0", false), ("br", false), ("gzip;q=0, *", false),
  ])
  func compressesForWhoeverUnderstands(accepted: String, isCompressed: Bool) async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let answer = try await connection.request("GET", "/app.js", ["Accept-Encoding: \(accepted)"])

        #expect((answer["content-encoding"] == "gzip") == isCompressed)
        #expect(answer["vary"] == "Accept-Encoding")
        #expect(answer.body.starts(with: [0x1F, 0x8B]) == isCompressed)
        #expect((answer.body.count < RunningServer.script.utf8.count) == isCompressed)

        let plain = try await connection.request("GET", "/app.js")
        #expect((plain["etag"] != answer["etag"]) == isCompressed)
      }
    }
  }

  @Test func answersHeadWithoutTheBody() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        for path in ["/", "/app.js", "/join/tea", "/healthz"] {
          let answer = try await connection.request("HEAD", path)
          #expect(answer.status == 200)
          #expect(answer["content-length"] != nil)
        }
        let text = try await connection.request("GET", "/healthz").text
        #expect(text == "ok\n")
      }
    }
  }

  @Test(arguments: [
    "/../app.js", "/styles/../app.js", "/%2e%2e/app.js", "/..%2fapp.js", "/.hidden", "//app.js", "/styles", "/app.js/",
    "/app.js%00", "/\\..\\app.js", "/etc/passwd", "/join/tea/more", "/index.html/..",
  ])
  func findsNothingOutsideOfItsFiles(path: String) async throws {
    try await RunningServer.run { server in
      let answer = try await RawConnection.open(port: server.port) { try await $0.request("GET", path) }
      #expect(answer.status == 404 || answer.status == 400)
      #expect(!answer.text.contains("secret") && !answer.text.contains("export const"))
    }
  }

  @Test func saysWhatIsNotThereToPeopleAndToPrograms() async throws {
    try await RunningServer.run { server in
      try await RawConnection.open(port: server.port) { connection in
        let page = try await connection.request("GET", "/deep/down/nothing")
        #expect(page.status == 404)
        #expect(page["content-type"] == "text/html; charset=utf-8")
        #expect(page.text.contains(#"href="../../""#))

        let api = try await connection.request("GET", "/api/v1/nothing")
        #expect(api.status == 404)
        #expect(api["content-type"] == "application/problem+json")

        let write = try await connection.request("DELETE", "/app.js")
        #expect(write.status == 405)
        #expect(write["allow"] == "GET, HEAD")
      }
    }
  }

  @Test func servesUnderThePathOfItsPublicAddressToo() async throws {
    try await RunningServer.run {
      $0.publicURL = PublicURL("https://example.org/meet")
    } _: { server in
      try await RawConnection.open(port: server.port) { connection in
        let status = try await connection.request("GET", "/meet/join/tea").status
        #expect(status == 200)
        let status2 = try await connection.request("GET", "/meet").status
        #expect(status2 == 200)
        let text = try await connection.request("GET", "/meet/app.js").text
        #expect(text == RunningServer.script)
        let status3 = try await connection.request("GET", "/join/tea").status
        #expect(status3 == 200)
        let status4 = try await connection.request("GET", "/meeting").status
        #expect(status4 == 404)
      }
    }
  }

  @Test func speaksOfItselfAsTheTrustedProxySays() async throws {
    try await RunningServer.run {
      $0.trustedProxies = TrustedProxies([AddressRange("127.0.0.1")].compactMap { $0 })
    } _: { server in
      let headers = ["X-Forwarded-Proto: https", "X-Forwarded-Host: meet.example", "X-Forwarded-Prefix: /tea"]
      let answer = try await RawConnection.open(port: server.port) { try await $0.request("GET", "/", headers) }

      #expect(answer["content-security-policy"]?.contains("connect-src 'self' wss://meet.example;") == true)
      #expect(answer["set-cookie"]?.hasSuffix("; Path=/tea/; HttpOnly; SameSite=Lax; Secure") == true)
    }
  }
}
