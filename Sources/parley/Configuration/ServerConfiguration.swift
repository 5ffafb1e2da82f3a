package import Configuration
package import Logging
package import Signaling

/// Everything the program was told, checked: made once at start and never changed.
package struct ServerConfiguration: Sendable {
  package var http = HTTPServerConfiguration()
  package var signaling = SignalingConfiguration()
  package var media = MediaConfiguration()
  package var tls: CertificateStore.Files?
  package var dataDirectory: String
  package var logLevel: Logger.Level
  package var logFormat: LogFormat
  /// What is allowed but probably not meant.
  package var warnings: [String] = []

  /// - Throws: every problem at once, so that nobody has to start ten times.
  package init(_ reader: ConfigReader) throws(ConfigurationError) {
    var values = SettingValues(reader)
    dataDirectory = values.read(Settings.dataDirectory) ?? ""
    logLevel = values.read(Settings.logLevel) ?? .info
    logFormat = values.read(Settings.logFormat) ?? .text
    tls = Self.tls(&values)
    readHTTP(&values)
    readSignaling(&values)
    readMedia(&values)
    guard values.problems.isEmpty else { throw ConfigurationError(problems: values.problems) }
  }

  private static func tls(_ values: inout SettingValues) -> CertificateStore.Files? {
    let certificate = values.read(Settings.certificate) ?? nil
    let key = values.read(Settings.certificateKey) ?? nil
    switch (certificate, key) {
    case (let certificate?, let key?): return CertificateStore.Files(certificate: certificate, key: key)
    case (.some, nil): values.report(Settings.certificateKey, "is missing, but SERVER_SSL_CERT is set")
    case (nil, .some): values.report(Settings.certificate, "is missing, but SERVER_SSL_KEY is set")
    case (nil, nil): break
    }
    return nil
  }

  private mutating func readHTTP(_ values: inout SettingValues) {
    values.read(Settings.listenIP, into: &http.address)
    values.read(Settings.listenPort, into: &http.port)
    values.read(Settings.hostURL, into: &http.publicURL)
    values.read(Settings.publicDirectory, into: &http.publicDirectory)
    values.read(Settings.allowedOrigins, into: &http.allowedOrigins)
    values.read(Settings.allowedEmbedOrigins, into: &http.embedOrigins)
    values.read(Settings.metricsToken, into: &http.metricsToken)
    values.read(Settings.maxConnections, into: &http.limits.maxConnections)
    http.followsChanges = logLevel <= .debug
    guard let trust = values.read(Settings.trustProxy) else { return }
    http.trustedProxies = trust.proxies
    guard trust.isBroad else { return }
    warnings.append(
      "TRUST_PROXY=true believes every machine of the private networks; better name your proxy's address.")
  }

  private mutating func readMedia(_ values: inout SettingValues) {
    values.read(Settings.mediaListenIP, into: &media.listenAddresses)
    values.read(Settings.announcedIP, into: &media.announced)
    if let port = values.read(Settings.mediaPort) { media.port = UInt16(port) }
    values.read(Settings.mediaWorkers, into: &media.workerCount)
    values.read(Settings.pinsMediaWorkers, into: &media.pinsWorkers)
    if let count = values.read(Settings.loudestMicrophones) { media.loudestCount = count }
    if let time = values.read(Settings.collecting) { media.collecting = .milliseconds(time) }
  }

  private mutating func readSignaling(_ values: inout SettingValues) {
    signaling.dataDirectory = dataDirectory
    values.read(Settings.iceServers, into: &signaling.iceServers)
    values.read(Settings.turnSecret, into: &signaling.turnSecret)
    values.read(Settings.jwtSecret, into: &signaling.accessTokenSecret)
    values.read(Settings.meshLimit, into: &signaling.meshLimit)
    if let seconds = values.read(Settings.meshReturn) { signaling.times.returnToMesh = .seconds(seconds) }
    values.read(Settings.roomMaxParticipants, into: &signaling.limits.sessionsPerRoom)
    values.read(Settings.sessionsPerAddress, into: &signaling.limits.sessionsPerAddress)
    if let seconds = values.read(Settings.resumeGrace) { signaling.times.grace = .seconds(seconds) }
    if let count = values.read(Settings.roomsPerMinute) { signaling.limits.roomsMade.perSecond = Double(count) / 60 }
    signaling.limits.sessions = http.limits.maxConnections
    let needsSecret = signaling.iceServers.contains {
      $0.credential == nil && $0.urls.contains(where: ICEServerList.isTURN)
    }
    if needsSecret, signaling.turnSecret == nil {
      values.report(Settings.iceServers, "has a TURN server without credentials, and TURN_SECRET is not set")
    }
  }
}

/// Reads one key after the other and keeps what is wrong.
private struct SettingValues {
  private let reader: ConfigReader
  private(set) var problems: [String] = []

  init(_ reader: ConfigReader) { self.reader = reader }

  /// Nil only when the value is wrong; an empty one counts as none.
  mutating func read<Value>(_ setting: Setting<Value>) -> Value? {
    let description = setting.description
    let key = ConfigKey(description.key.lowercased().split(separator: "_").map(String.init))
    let given = reader.string(forKey: key, isSecret: description.isSecret) ?? ""
    do throws(SettingProblem) {
      return try setting.parse(given.isEmpty ? description.defaultText : given)
    } catch {
      report(setting, error.text)
      return nil
    }
  }

  mutating func read<Value>(_ setting: Setting<Value>, into value: inout Value) {
    if let new = read(setting) { value = new }
  }

  mutating func report<Value>(_ setting: Setting<Value>, _ problem: String) {
    problems.append("\(setting.description.key) \(problem). Example: \(setting.description.exampleLine)")
  }
}

/// Why the program does not start.
package struct ConfigurationError: Error, CustomStringConvertible {
  package let problems: [String]

  package var description: String { problems.joined(separator: "\n") }
}
