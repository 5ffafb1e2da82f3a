import Configuration
import STUN
import Signaling
import Testing
import parley

@Suite struct ServerConfigurationTests {
  private static let secret = "0123456789abcdef0123456789abcdef"

  private func configuration(_ values: [String: String]) throws(ConfigurationError) -> ServerConfiguration {
    try ServerConfiguration(ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)))
  }

  private func problems(_ values: [String: String]) -> [String] {
    do throws(ConfigurationError) {
      _ = try configuration(values)
      return []
    } catch {
      return error.problems
    }
  }

  @Test func startsWithoutBeingToldAnything() throws {
    let configuration = try configuration([:])

    #expect(configuration.http.address == "0.0.0.0")
    #expect(configuration.http.port == 3010)
    #expect(configuration.http.trustedProxies == .none)
    #expect(configuration.http.embedOrigins == .nobody)
    #expect(configuration.signaling.meshLimit == 2)
    #expect(configuration.signaling.times.grace == .seconds(30))
    #expect(configuration.tls == nil)
    #expect(configuration.warnings.isEmpty)
    #expect((1...64).contains(configuration.media.workerCount) && !configuration.media.pinsWorkers)
  }

  @Test func acceptsEveryDefaultAndEveryExample() {
    for setting in Settings.all where !setting.defaultText.isEmpty {
      #expect(problems([setting.key: setting.defaultText]) == [])
    }
    var examples = Dictionary(uniqueKeysWithValues: Settings.all.map { ($0.key, $0.example) })
    for setting in Settings.all where setting.isSecret { examples[setting.key] = Self.secret }
    #expect(problems(examples) == [])
  }

  @Test func takesEveryValue() throws {
    let configuration = try configuration([
      "SERVER_LISTEN_IP": "::", "SERVER_LISTEN_PORT": "8080", "SERVER_HOST_URL": "https://meet.example/tea/",
      "SERVER_SSL_CERT": "c.pem", "SERVER_SSL_KEY": "k.pem", "MAX_CONNECTIONS": "77", "TRUST_PROXY": "10.0.0.0/8, ::1",
      "ALLOWED_ORIGINS": "https://a.example, http://b.example:81", "ALLOWED_EMBED_ORIGINS": "*", "PUBLIC_DIR": "/p",
      "DATA_DIR": "/d", "ICE_SERVERS": "stun:a.example,turn:b.example:3478?transport=tcp", "TURN_SECRET": Self.secret,
      "MESH_LIMIT": "3", "MESH_RETURN_SECONDS": "7", "ROOM_MAX_PARTICIPANTS": "9", "RESUME_GRACE_SECONDS": "5",
      "SESSIONS_PER_ADDRESS": "8", "ROOMS_PER_MINUTE": "60", "JWT_SECRET": Self.secret, "METRICS_TOKEN": Self.secret,
      "LOG_LEVEL": "DEBUG",
      "LOG_FORMAT": "json", "SFU_LISTEN_IP": "192.0.2.7, 2001:db8::7", "SFU_PORT": "443",
      "SFU_ANNOUNCED_IP": "203.0.113.9, Meet.example.org", "LOUDEST_MICROPHONES": "6",
      "SFU_NUM_WORKERS": "5", "SFU_PIN_WORKERS": "TRUE",
      "SFU_COLLECT_MS": "5",
    ])

    let proxies = [Signaling.IPAddress("10.9.9.9"), Signaling.IPAddress("::1")].compactMap(\.self)
    #expect(configuration.http.address == "::")
    #expect(configuration.http.port == 8080)
    #expect(configuration.http.publicURL?.description == "https://meet.example/tea")
    #expect(configuration.http.limits.maxConnections == 77)
    #expect(proxies.count == 2 && proxies.allSatisfy(configuration.http.trustedProxies.contains))
    #expect(configuration.http.allowedOrigins.map(\.description) == ["https://a.example", "http://b.example:81"])
    #expect(configuration.http.embedOrigins == .anybody)
    #expect(configuration.http.metricsToken == Self.secret)
    #expect(configuration.http.followsChanges)
    #expect(configuration.tls == CertificateStore.Files(certificate: "c.pem", key: "k.pem"))
    #expect(configuration.dataDirectory == "/d")
    #expect(
      configuration.signaling.iceServers.map(\.urls) == [["stun:a.example"], ["turn:b.example:3478?transport=tcp"]])
    #expect(configuration.signaling.turnSecret == Self.secret)
    #expect(configuration.signaling.accessTokenSecret == Self.secret)
    #expect(configuration.signaling.meshLimit == 3)
    #expect(configuration.media.loudestCount == 6)
    #expect(configuration.media.workerCount == 5 && configuration.media.pinsWorkers)
    #expect(configuration.media.collecting == .milliseconds(5))
    #expect(configuration.signaling.times.returnToMesh == .seconds(7))
    #expect(configuration.signaling.limits.sessionsPerRoom == 9)
    #expect(configuration.signaling.limits.sessionsPerAddress == 8)
    #expect(configuration.signaling.limits.roomsMade.perSecond == 1)
    #expect(configuration.signaling.times.grace == .seconds(5))
    #expect(configuration.logFormat == .json)
    #expect(configuration.media.listenAddresses.map(\.description) == ["192.0.2.7", "2001:db8::7"])
    #expect(configuration.media.port == 443)
    #expect(configuration.media.announced == [.address(STUN.IPAddress(ipv4: 0xCB00_7109)), .name("meet.example.org")])
  }

  @Test func listensForMediaEverywhereUnlessToldOtherwise() throws {
    let media = try configuration([:]).media

    #expect(media.listenAddresses.isEmpty && media.announced.isEmpty && media.port == 3478)
    #expect(try configuration(["SFU_LISTEN_IP": "0.0.0.0"]).media.listenAddresses == [STUN.IPAddress(ipv4: 0)])
  }

  @Test(arguments: [
    ("SERVER_LISTEN_IP", "localhost"), ("SERVER_LISTEN_PORT", "http"), ("SERVER_LISTEN_PORT", "65536"),
    ("SERVER_HOST_URL", "meet.example"), ("MAX_CONNECTIONS", "0"), ("TRUST_PROXY", "nginx"),
    ("TRUST_PROXY", "10.0.0.0/40"), ("ALLOWED_ORIGINS", "*"), ("ALLOWED_EMBED_ORIGINS", "example.org"),
    ("ICE_SERVERS", "http://a.example"), ("ICE_SERVERS", "[{]"), ("ICE_SERVERS", "stun:"),
    ("ICE_SERVERS", "turn:a.example?transport=sctp"), ("ICE_SERVERS", "turn:a.example"), ("TURN_SECRET", "short"),
    ("MESH_LIMIT", "5"), ("MESH_RETURN_SECONDS", "4"), ("MESH_RETURN_SECONDS", "3601"), ("ROOM_MAX_PARTICIPANTS", "1"),
    ("RESUME_GRACE_SECONDS", "-1"), ("JWT_SECRET", "secret"),
    ("METRICS_TOKEN", "token"), ("SFU_LISTEN_IP", "eth0"), ("SFU_LISTEN_IP", "0.0.0.0/0"), ("SFU_PORT", "70000"),
    ("SFU_PORT", "udp"), ("SFU_ANNOUNCED_IP", "0.0.0.0"), ("SFU_ANNOUNCED_IP", "203.0.113.9:3478"),
    ("SFU_ANNOUNCED_IP", "300.1.1.1"), ("SFU_ANNOUNCED_IP", "http://meet.example"), ("LOG_LEVEL", "loud"),
    ("LOG_FORMAT", "xml"), ("LOUDEST_MICROPHONES", "0"), ("LOUDEST_MICROPHONES", "10"),
    ("SFU_NUM_WORKERS", "0"), ("SFU_NUM_WORKERS", "65"), ("SFU_NUM_WORKERS", "all"), ("SFU_PIN_WORKERS", "yes"),
    ("SFU_COLLECT_MS", "-1"), ("SFU_COLLECT_MS", "51"),
  ])
  func stopsWithTheKeyTheProblemAndAnExample(key: String, value: String) throws {
    let problem = try #require(problems([key: value]).first)
    let example = try #require(Settings.all.first { $0.key == key }?.exampleLine)

    #expect(problem.hasPrefix(key + " "))
    #expect(problem.hasSuffix("Example: " + example))
  }

  @Test func namesAllProblemsAtOnce() {
    #expect(problems(["SERVER_LISTEN_PORT": "x", "LOG_LEVEL": "y", "SERVER_SSL_CERT": "c.pem"]).count == 3)
  }

  @Test func neverRepeatsASecretInAProblem() {
    #expect(!problems(["JWT_SECRET": "hunter2"]).joined().contains("hunter2"))
  }

  @Test func readsServersAsABrowserTakesThem() throws {
    let json = #"[{"urls": "stun:a.example"}, {"urls": ["turn:b.example"], "username": "u", "credential": "c"}]"#
    let servers = try configuration(["ICE_SERVERS": json]).signaling.iceServers

    #expect(
      servers == [
        ICEServer(urls: ["stun:a.example"]), ICEServer(urls: ["turn:b.example"], username: "u", credential: "c"),
      ])
  }

  @Test func warnsOfTrustingEverybodyNearby() throws {
    let configuration = try configuration(["TRUST_PROXY": "true"])

    #expect(configuration.http.trustedProxies == .loopbackAndPrivate)
    #expect(configuration.warnings.count == 1)
    #expect(configuration.warnings.first?.contains("TRUST_PROXY") == true)
  }
}
