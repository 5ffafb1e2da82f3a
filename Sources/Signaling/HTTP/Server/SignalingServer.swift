import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Everything the HTTP side needs to be told at start.
package struct HTTPServerConfiguration: Sendable {
  package var address = "0.0.0.0"
  /// 0: any free one.
  package var port = 3010
  package var publicDirectory = "public"
  /// Looks for changed files of the web client at each request.
  package var followsChanges = false
  package var publicURL: PublicURL?
  package var trustedProxies = TrustedProxies.none
  package var allowedOrigins: [WebOrigin] = []
  package var embedOrigins = EmbedOrigins.nobody
  package var metricsToken: String?
  package var limits = HTTPServerLimits()
  /// What clients are told to wait before they come back to a server that stops.
  package var reconnectAfter = Duration.seconds(1)

  package init() {}
}

/// Whether the server takes new work: false before it listens and from the moment it was told to stop.
final class Readiness: Sendable {
  private let state = Atomic(false)
  var isReady: Bool { state.load(ordering: .relaxed) }
  func set(_ isReady: Bool) { state.store(isReady, ordering: .relaxed) }
}

/// The HTTP and WebSocket server: pages, signalling, health and metrics on one port.
package struct SignalingServer: Service {
  package let configuration: HTTPServerConfiguration
  private let service: SignalingService
  private let certificates: CertificateStore?
  private let registry: PrometheusRegistry
  private let files: StaticFiles
  private let logger: Logger
  private let readiness = Readiness()
  private let onReadingMetrics: @Sendable () async -> Void
  private let onListening: @Sendable (Int) async -> Void
  private let obstacle: @Sendable () -> String?
  private let strain: @Sendable () -> String?

  /// - Parameters:
  ///   - certificates: nil for plain HTTP.
  ///   - onListening: told the port when connections are accepted.
  ///   - onReadingMetrics: called before metrics are shown, for figures that are kept elsewhere.
  ///   - obstacle: what keeps the rest of the program from taking new work, in a few words; nil for nothing.
  ///   - strain: what it does less of than it would, having too much to do; nil for nothing.
  /// - Throws: `StaticFiles.LoadError` when there is no web client to serve.
  package init(
    configuration: HTTPServerConfiguration, service: SignalingService, certificates: CertificateStore?,
    registry: PrometheusRegistry, logger: Logger, onListening: @escaping @Sendable (Int) async -> Void = { _ in },
    onReadingMetrics: @escaping @Sendable () async -> Void = {},
    obstacle: @escaping @Sendable () -> String? = { nil }, strain: @escaping @Sendable () -> String? = { nil }
  ) throws {
    self.configuration = configuration
    self.service = service
    self.certificates = certificates
    self.registry = registry
    self.logger = logger
    self.onReadingMetrics = onReadingMetrics
    self.onListening = onListening
    (self.obstacle, self.strain) = (obstacle, strain)
    files = try StaticFiles(root: configuration.publicDirectory, followsChanges: configuration.followsChanges)
  }

  package func run() async throws {
    let application = makeApplication()
    let stopping = Mutex<Task<Void, Never>?>(nil)
    try await withGracefulShutdownHandler {
      try await application.run()
    } onGracefulShutdown: {
      readiness.set(false)
      stopping.withLock { $0 = Task { await service.stop(reconnectAfter: configuration.reconnectAfter) } }
    }
    await stopping.withLock { $0 }?.value  // what the rooms must remember is written
  }

  private func makeApplication() -> some ApplicationProtocol {
    let metrics = HTTPMetrics(factory: registry)
    let mount = MountPath(configuration.publicURL)
    let policy = OriginPolicy(publicURL: configuration.publicURL, allowedOrigins: configuration.allowedOrigins)
    let gate = WebSocketGate(proxies: configuration.trustedProxies, policy: policy, mount: mount)
    let site = Site(
      router: makeRouter(metrics, policy), proxies: configuration.trustedProxies, servesTLS: certificates != nil,
      mount: mount,
      security: SecurityHeaders(embedOrigins: configuration.embedOrigins, servesTLS: certificates != nil),
      metrics: metrics)
    let tally = ConnectionTally(
      limit: configuration.limits.maxConnectionsPerAddress, exempting: configuration.trustedProxies)
    let server = HTTPServerBuilder { responder in
      HTTPConnection(
        responder: responder, gate: gate, service: service, limits: configuration.limits, tally: tally,
        certificates: certificates, metrics: metrics)
    }
    let address = ApplicationConfiguration(
      address: .hostname(configuration.address, port: configuration.port), backlog: configuration.limits.backlog,
      availableConnectionsDelegate: MaximumAvailableConnections(configuration.limits.maxConnections))
    var quiet = logger
    quiet.logLevel = max(logger.logLevel, .notice)  // its news at start is the same as ours
    return Application(
      responder: site, server: server, configuration: address, onServerRunning: started, logger: quiet)
  }

  private func makeRouter(_ metrics: HTTPMetrics, _ policy: OriginPolicy) -> RouterResponder<SiteContext> {
    let router = Router(context: SiteContext.self)
    let pages = Pages(files: files, cookies: service.browserCookies, clock: service.clock)
    router.add(middleware: NotFoundMiddleware(pages: pages))
    router.add(middleware: DoorMiddleware(service: service))
    pages.add(to: router)
    SignalingRoutes(service: service, policy: policy).add(to: router)
    OperationRoutes(
      registry: registry, metrics: metrics, service: service, readiness: readiness,
      obstacle: obstacle, strain: strain, metricsToken: configuration.metricsToken, onReading: onReadingMetrics
    ).add(to: router)
    return router.buildResponder()
  }

  @Sendable private func started(_ channel: any Channel) async {
    readiness.set(true)
    await onListening(channel.localAddress?.port ?? configuration.port)
  }
}

/// The lifecycle library describes its services in the log, where the metrics token must not appear.
extension SignalingServer: CustomStringConvertible {
  package var description: String { "SignalingServer" }
}
