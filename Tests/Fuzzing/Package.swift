// swift-tools-version: 6.2
import PackageDescription

// The fuzzer, built and run by tools/fuzz, which also gives the linker libFuzzer's archive (without its main function, for SwiftPM
// brings its own) and turns the address sanitizer on. As in ../../Benchmarks, this package compiles the project's sources (Modules
// is a link to ../../Sources, Support to ../TestSupport), here with counters on every edge and every comparison. Testability is on
// in release builds too, preconditions and assertions are, with their messages.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .unsafeFlags([
        "-enable-testing", "-assert-config", "Debug",
        "-sanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table",
    ]),
]
let cSettings: [CSetting] = [
    .unsafeFlags(["-fsanitize-coverage=edge,indirect-calls,trace-cmp,inline-8bit-counters,pc-table"])
]

func module(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil) -> Target {
    .target(name: name, dependencies: dependencies, path: path ?? "Modules/\(name)", swiftSettings: settings)
}

func cModule(_ name: String) -> Target { .target(name: name, path: "Modules/\(name)", cSettings: cSettings) }

func library(_ name: String, _ pkgConfig: String) -> Target {
    .systemLibrary(name: name, path: "Modules/\(name)", pkgConfig: pkgConfig)
}

let package = Package(
    name: "strata-fuzzing",
    dependencies: [
        // The sockets of `strata serve`, as in the package itself; not instrumented.
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1")
    ],
    targets: [
        library("CLZ4", "liblz4"), library("CPSL", "libpsl"), library("CIDN2", "libidn2"), library("CZlib", "zlib"),
        library("CCrypto", "libcrypto"), cModule("CPublicSuffixList"), cModule("CFileExchange"),
        module("LinkModel", ["CPSL", "CIDN2", "CPublicSuffixList"]),
        module("Kernels"),
        module("Digests", ["CCrypto"]),
        module("Compression", ["CZlib"]),
        module("BacklinkContracts"),
        module("SnapshotStore", ["LinkModel", "Kernels", "CLZ4", "CFileExchange"]),
        module("SnapshotImport", ["LinkModel", "Kernels", "SnapshotStore", "Digests", "CZlib"]),
        module("LinkEngine", ["LinkModel", "Kernels", "SnapshotStore"]),
        module(
            "BacklinkServer",
            [
                "BacklinkContracts", "Compression", "Digests", "LinkEngine", "LinkModel", "SnapshotStore",
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ]),
        module(
            "TestSupport",
            ["BacklinkContracts", "LinkModel", "Kernels", "SnapshotStore", "SnapshotImport", "LinkEngine"],
            path: "Support"),
        module(
            "FuzzTargets",
            [
                "BacklinkContracts", "BacklinkServer", "Compression", "Digests", "Kernels", "LinkEngine", "LinkModel",
                "SnapshotImport", "SnapshotStore", "TestSupport",
            ], path: "Targets"),
        .target(name: "CFuzzer", path: "CFuzzer"),
        .executableTarget(
            name: "strata-fuzz", dependencies: ["CFuzzer", "FuzzTargets"], path: "Main", swiftSettings: settings),
    ]
)
