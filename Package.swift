// swift-tools-version:6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "parley",
  products: [
    .executable(name: "parley", targets: ["parley"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Floor 0: system libraries and C shims, no logic.
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),

    // Floor 0: AES-GCM for processors of Intel's architecture. On others nobody imports it, and it need not be there.
    .systemLibrary(name: "CIPSecMB", providers: [.apt(["libipsec-mb-dev"])]),

    // Floor 0: compression of the web client's files.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Floor 0: codecs of sound and pictures.
    .systemLibrary(name: "COpus", pkgConfig: "opus", providers: [.apt(["libopus-dev"])]),
    .systemLibrary(name: "CVPX", pkgConfig: "vpx", providers: [.apt(["libvpx-dev"])]),

    // Floor 0: socket calls that Swift does not import.
    .target(name: "CSockets"),

    // Floor 1: wire formats and numbers, the standard library only.
    .target(name: "RTP", swiftSettings: strict),

    // Floor 1: STUN messages, integrity, fingerprint (shared by ICE and TURN).
    .target(name: "STUN", dependencies: ["COpenSSL", "RTP"], swiftSettings: strict),

    // Floor 2: one peer, sans-IO.
    .target(name: "WebRTC", dependencies: ["CIPSecMB", "COpenSSL", "RTP", "STUN"], swiftSettings: strict),

    // Floor 3: workers, the only code with media sockets.
    .target(name: "SFU", dependencies: ["CSockets", "RTP", "STUN", "WebRTC"], swiftSettings: strict),

    // Floor 4: synthetic publishers and players, to see what a server bears.
    .target(
      name: "Load", dependencies: ["COpus", "CSockets", "CVPX", "RTP", "SFU", "STUN", "WebRTC"], swiftSettings: strict),

    // Floor 4: rooms, sessions, permissions, HTTP, WebSocket.
    .target(
      name: "Signaling",
      dependencies: [
        "COpenSSL",
        "CZlib",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // Floor 5: the program.
    .executableTarget(
      name: "parley",
      dependencies: [
        "Load", "SFU", "STUN", "Signaling",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),

    // What the tests share: seeded randomness, bytes from text.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),

    // The other end of a peer connection, as a script: what scenarios and the media server's tests connect.
    .target(
      name: "ScriptedPeer", dependencies: ["RTP", "STUN", "TestSupport", "WebRTC"], path: "Tests/ScriptedPeer",
      swiftSettings: strict),

    // Load for `make bench`.
    .executableTarget(
      name: "ParleyBenchmarks",
      dependencies: [
        "Signaling",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      path: "Benchmarks/ParleyBenchmarks",
      swiftSettings: strict),

    // Processor time and memory of one peer, alone and in a worker, beside the reference implementation of SRTP.
    .executableTarget(
      name: "WebRTCBenchmarks",
      dependencies: [
        "CAllocationCounter", "CSRTP", "CSockets", "RTP", "SFU", "STUN", "ScriptedPeer", "TestSupport",
        "WebRTC",
      ],
      path: "Benchmarks/WebRTCBenchmarks",
      swiftSettings: strict),

    // What single test targets need: the reference implementation of SRTP, a count of heap allocations.
    .systemLibrary(
      name: "CSRTP", path: "Tests/CSRTP", pkgConfig: "libsrtp2", providers: [.apt(["libsrtp2-dev"])]),
    .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),

    .testTarget(
      name: "RTPTests", dependencies: ["CAllocationCounter", "RTP", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "STUNTests", dependencies: ["RTP", "STUN", "TestSupport"], exclude: ["Vectors"], swiftSettings: strict),
    .testTarget(
      name: "WebRTCTests",
      dependencies: ["CAllocationCounter", "COpenSSL", "CSRTP", "RTP", "STUN", "TestSupport", "WebRTC"],
      exclude: ["Vectors"], swiftSettings: strict),
    // Whole peers on a seeded virtual network, in virtual time.
    .testTarget(
      name: "Scenarios", dependencies: ["CAllocationCounter", "RTP", "STUN", "ScriptedPeer", "TestSupport", "WebRTC"],
      swiftSettings: strict),
    .testTarget(
      name: "SFUTests",
      dependencies: ["CAllocationCounter", "RTP", "SFU", "STUN", "ScriptedPeer", "TestSupport", "WebRTC"],
      swiftSettings: strict),
    .testTarget(
      name: "LoadTests", dependencies: ["COpus", "CVPX", "Load", "RTP", "SFU", "STUN", "TestSupport", "WebRTC"],
      swiftSettings: strict),
    .testTarget(
      name: "SignalingTests",
      dependencies: [
        "Signaling", "TestSupport",
        .product(name: "CoreMetrics", package: "swift-metrics"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ParleyTests",
      dependencies: [
        "Load", "parley", "RTP", "SFU", "STUN", "ScriptedPeer", "Signaling", "TestSupport", "WebRTC",
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
