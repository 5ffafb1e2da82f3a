import ArgumentParser
import Configuration
import FoundationEssentials
import Logging
import Metrics
import SFU
import ServiceLifecycle
import Signaling
import UnixSignals

/// Runs the server until it is told to stop.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve meetings (the default).",
    discussion: """
      The environment goes before the .env file. SIGTERM or SIGINT stops the server: clients are told to come back, \
      and after ten seconds at most the program ends.
      """)

  @Option(name: .customLong("env-file"), help: "The file with the configuration.")
  var environmentFile = ".env"

  private static let stopTimeout = Duration.seconds(10)

  func run() async throws {
    let file = try readEnvironmentFile()
    let configuration = try ServerConfiguration(
      ConfigReader(providers: [
        EnvironmentVariablesProvider(), EnvironmentVariablesProvider(environmentVariables: file.values),
      ]))
    let logger = startLogging(configuration)
    for warning in configuration.warnings + UnknownKeys.warnings(for: file.values.keys) {
      logger.warning("\(warning)")
    }
    ProcessLimits.raiseOpenFiles()
    let services = try await makeServices(configuration, logger)
    var group = ServiceGroupConfiguration(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = Self.stopTimeout
    do {
      try await ServiceGroup(configuration: group).run()
    } catch {
      throw StartFailure(listening: configuration.http, error)
    }
    logger.notice("Parley has stopped")
  }

  private func makeServices(_ configuration: ServerConfiguration, _ logger: Logger) async throws -> [any Service] {
    let registry = PrometheusRegistry()
    MetricsSystem.bootstrap(registry)
    let addresses = try await MediaAddresses(configuration.media, publicURL: configuration.http.publicURL)
    for warning in addresses.warnings { logger.warning("\(warning)") }
    let media = try MediaService.start(configuration.media, announced: addresses.announced, logger)
    var signaling = configuration.signaling
    signaling.serverName = "Parley \(Parley.version)"
    if signaling.iceServers.isEmpty {
      signaling.iceServers = addresses.stunURLs(port: media.server.port).map { ICEServer(urls: [$0]) }
    }
    let service = SignalingService(
      configuration: signaling, keys: try loadKeys(configuration), mediaPlane: SFUMediaPlane(server: media.server))
    let certificates = try configuration.tls.map { try loadCertificate($0, logger) }
    var http = configuration.http
    http.publicDirectory = ProgramFiles.find(http.publicDirectory)
    let address = ServedAddress(http, isSecure: certificates != nil)
    let metrics = MediaMetrics(server: media.server, factory: registry)
    let server = try SignalingServer(
      configuration: http, service: service, certificates: certificates, registry: registry, logger: logger,
      onListening: { port in announce(address.url(port: port), configuration.logFormat, logger) },
      onReadingMetrics: { await metrics.update() },
      obstacle: { media.server.isStalled ? "a media thread hangs" : nil },
      strain: { media.strain })
    // Stopped in reverse: media and deadlines go on until the last socket is closed.
    return [media, SignalingDeadlines(service: service)] + [certificates].compactMap { $0 } + [server]
  }

  private func loadKeys(_ configuration: ServerConfiguration) throws -> ServerKeys {
    do throws(ServerKeys.Failure) {
      return try ServerKeys.load(dataDirectory: configuration.dataDirectory)
    } catch {
      throw StartFailure(keysIn: configuration.dataDirectory, error)
    }
  }

  private func loadCertificate(_ files: CertificateStore.Files, _ logger: Logger) throws -> CertificateStore {
    do throws(CertificateStore.LoadError) {
      return try CertificateStore(files: files, logger: logger)
    } catch {
      throw StartFailure(certificate: files, error)
    }
  }

  private func readEnvironmentFile() throws -> EnvironmentFile {
    guard let data = FileManager.default.contents(atPath: environmentFile) else {
      guard environmentFile == ".env" else { throw StartFailure("there is no file \(environmentFile)") }
      return EnvironmentFile(parsing: "")
    }
    return EnvironmentFile(parsing: String(decoding: data, as: UTF8.self))
  }

  private func startLogging(_ configuration: ServerConfiguration) -> Logger {
    LoggingSystem.bootstrap { label in
      LineLogHandler(label: label, format: configuration.logFormat, level: configuration.logLevel)
    }
    return Logger(label: "parley")
  }
}

/// Tells where the server can be reached: people on the standard output, machines in their log.
private func announce(_ url: String, _ format: LogFormat, _ logger: Logger) {
  switch format {
  case .text: StandardOutput.printLine("Parley \(Parley.version) is ready at \(url)")
  case .json: logger.notice("Parley is ready", metadata: ["url": "\(url)", "version": "\(Parley.version)"])
  }
}

/// Ends what has lasted too long in rooms and sessions, for as long as the server runs.
private struct SignalingDeadlines: Service {
  let service: SignalingService

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown { try await service.run() }
    } catch is CancellationError {
      return
    }
  }
}
