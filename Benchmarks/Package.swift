// swift-tools-version: 6.2
import PackageDescription

// The modules' API is `package`: to drive it from here without making any of it public, this package compiles the same
// sources (Modules is a link to ../Sources) as targets of its own. Settings as in ../Package.swift.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("MemberImportVisibility"),
]
let strict = settings + [.strictMemorySafety()]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Modules/\(name)", swiftSettings: strict)
}

func library(_ name: String, _ pkgConfig: String) -> Target {
    .systemLibrary(name: name, path: "Modules/\(name)", pkgConfig: pkgConfig)
}

let package = Package(
    name: "strata-benchmarks",
    dependencies: [
        // The command line, as in the package itself.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        library("CLZ4", "liblz4"), library("CPSL", "libpsl"), library("CIDN2", "libidn2"), library("CZlib", "zlib"),
        library("CCrypto", "libcrypto"),
        .target(name: "CPublicSuffixList", path: "Modules/CPublicSuffixList"),
        .target(name: "CFileExchange", path: "Modules/CFileExchange"),
        module("LinkModel", ["CPSL", "CIDN2", "CPublicSuffixList"]),
        module("Kernels"),
        module("Digests", ["CCrypto"]),
        module("SnapshotStore", ["LinkModel", "Kernels", "CLZ4", "CFileExchange"]),
        module("SnapshotImport", ["LinkModel", "Kernels", "SnapshotStore", "Digests", "CZlib"]),
        module("LinkEngine", ["LinkModel", "Kernels", "SnapshotStore"]),
        // Counts calls of malloc by standing in for it; nothing else may link it.
        .target(name: "CAllocationCounter"),
        .executableTarget(
            name: "strata-bench",
            dependencies: [
                "LinkModel", "Kernels", "SnapshotStore", "SnapshotImport", "LinkEngine", "CAllocationCounter",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
    ]
)
