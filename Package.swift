// swift-tools-version: 6.2
import PackageDescription

// Every target is built with the same strict settings; see CONTRIBUTING.md.
var strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
]
// A later compiler may warn of things that this one doesn't: that must not break a stranger's build.
#if compiler(<6.4)
    strict.append(.treatAllWarnings(as: .error))
#endif

// `strata --version` names the commit; CBuildInfo says when it needs this one.
let commit = Context.gitInformation?.currentCommit ?? ""

// Swift's libraries are linked into the program: the loader would spend 4 ms of each start on looking up their symbols, which is as
// long as a small answer takes. (`--static-swift-stdlib` does the same, but nobody would know to give it.) The flag counts as
// unsafe, which is refused in packages that others depend on: nobody depends on a program.
// The two named libraries are what FoundationEssentials needs, which only its own dynamic library knows.
let fastStart: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims"],
        .when(platforms: [.linux], configuration: .release))
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "strata",
    products: [
        .executable(name: "strata", targets: ["strata"])
    ],
    dependencies: [
        // The command line: parsing, help, completions. The Swift project's own, no dependencies.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The sockets of `strata serve`: async, no dependencies; docs/http-libraries.md compares.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
    ],
    targets: [
        // System libraries. One Swift file imports each (held by ArchitectureTests).
        // liblz4: block compression of every column.
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        // libpsl: registrable domains by the public suffix list.
        .systemLibrary(name: "CPSL", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
        // libidn2: internationalised host names to their ASCII form (UTS 46).
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
        // zlib: reading and writing gzip.
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        // libcrypto: SHA-256 of imported files, with the processor's own instructions.
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        // libcurl (apt: libcurl4-openssl-dev for its header, libcurl4 to run): the HTTP client of `strata fetch`;
        // docs/http-libraries.md compares. It is loaded by the first request.
        .target(name: "CCurl"),
        // The pinned public suffix list of data/, compiled into the binary with #embed.
        .target(name: "CPublicSuffixList"),
        // Swapping two directories in one step, which the Glibc module doesn't declare.
        .target(name: "CFileExchange"),
        // The commit, compiled in.
        .target(name: "CBuildInfo", cSettings: [.define("STRATA_COMMIT", to: "\"\(commit)\"")]),

        .target(name: "LinkModel", dependencies: ["CPSL", "CIDN2", "CPublicSuffixList"], swiftSettings: strict),
        .target(name: "Kernels", swiftSettings: strict),
        .target(name: "Digests", dependencies: ["CCrypto"], swiftSettings: strict),
        .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: strict),
        .target(name: "BacklinkContracts", swiftSettings: strict),
        .target(
            name: "SnapshotStore", dependencies: ["LinkModel", "Kernels", "CLZ4", "CFileExchange"],
            swiftSettings: strict),
        .target(
            name: "SnapshotImport",
            dependencies: ["LinkModel", "Kernels", "SnapshotStore", "Digests", "CZlib"], swiftSettings: strict),
        .target(name: "LinkEngine", dependencies: ["LinkModel", "Kernels", "SnapshotStore"], swiftSettings: strict),
        // Everything below is the road to the network; nothing above depends on it.
        .target(name: "BacklinkClient", dependencies: ["BacklinkContracts", "CCurl"], swiftSettings: strict),
        .target(
            name: "SnapshotFetch",
            dependencies: [
                "BacklinkClient", "BacklinkContracts", "Compression", "Digests", "LinkModel", "SnapshotImport",
                "SnapshotStore",
            ], swiftSettings: strict),
        .target(
            name: "BacklinkServer",
            dependencies: [
                "BacklinkContracts", "Compression", "Digests", "LinkEngine", "LinkModel", "SnapshotStore",
                // Its sockets only: its HTTP reads heads without a limit, and ends when descriptors run out.
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "strata",
            dependencies: [
                "LinkModel", "Kernels", "SnapshotStore", "SnapshotImport", "SnapshotFetch", "LinkEngine",
                "BacklinkClient", "BacklinkContracts", "BacklinkServer", "Compression", "CBuildInfo", argumentParser,
            ],
            swiftSettings: strict, linkerSettings: fastStart),

        .target(
            name: "TestSupport",
            dependencies: [
                "BacklinkContracts", "LinkModel", "Kernels", "SnapshotStore", "SnapshotImport", "LinkEngine",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "LinkModelTests", dependencies: ["LinkModel", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "SnapshotStoreTests", dependencies: ["SnapshotStore", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SnapshotImportTests", dependencies: ["SnapshotImport", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "LinkEngineTests", dependencies: ["LinkEngine", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "BacklinkContractsTests", dependencies: ["BacklinkContracts", "TestSupport"],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "BacklinkClientTests",
            dependencies: ["BacklinkClient", "BacklinkContracts", "Compression", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "BacklinkServerTests",
            dependencies: ["BacklinkServer", "BacklinkContracts", "Digests", "LinkEngine", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SnapshotFetchTests",
            dependencies: ["SnapshotFetch", "BacklinkClient", "BacklinkContracts", "LinkEngine", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests", dependencies: ["strata", "LinkModel", "SnapshotStore", "TestSupport"],
            swiftSettings: strict),
        // The fuzzer's targets over its seeds and finds. Tests/Fuzzing/Package.swift builds the targets for the fuzzer.
        .testTarget(
            name: "FuzzingTests",
            dependencies: [
                "BacklinkContracts", "BacklinkServer", "Compression", "Digests", "Kernels", "LinkEngine", "LinkModel",
                "SnapshotImport", "SnapshotStore", "TestSupport",
            ],
            path: "Tests/Fuzzing",
            exclude: ["CFuzzer", "Corpus", "Dictionaries", "Finds", "Main", "Modules", "Package.swift", "Support"],
            sources: ["Replay", "Targets"], swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: strict),
    ]
)
