import Testing

/// The arrows between modules (docs/architecture.md). SwiftPM doesn't hold them: a module may import whatever else has
/// been built before it.
@Suite struct ModuleArrowTests {
    /// Everything that a module may import.
    static let allowedImports: [String: Set<String>] = [
        "Kernels": ["Glibc", "Synchronization"],
        "LinkModel": ["CIDN2", "CPSL", "CPublicSuffixList", "Glibc"],
        "Digests": ["CCrypto"],
        "Compression": ["CZlib"],
        "BacklinkContracts": [],
        "SnapshotStore": [
            "CFileExchange", "CLZ4", "FoundationEssentials", "Glibc", "Kernels", "LinkModel", "Synchronization",
        ],
        "SnapshotImport": [
            "CZlib", "Digests", "FoundationEssentials", "Glibc", "Kernels", "LinkModel", "SnapshotStore",
            "Synchronization",
        ],
        "LinkEngine": ["Glibc", "Kernels", "LinkModel", "SnapshotStore", "Synchronization"],
        "BacklinkClient": ["BacklinkContracts", "CCurl", "FoundationEssentials", "Glibc", "Synchronization"],
        "SnapshotFetch": [
            "BacklinkClient", "BacklinkContracts", "Compression", "Digests", "FoundationEssentials", "Glibc",
            "LinkModel", "SnapshotImport", "SnapshotStore", "Synchronization",
        ],
        "BacklinkServer": [
            "BacklinkContracts", "Compression", "Digests", "Dispatch", "FlyingSocks", "FoundationEssentials", "Glibc",
            "LinkEngine", "LinkModel", "SnapshotStore", "Synchronization",
        ],
        "strata": [
            "ArgumentParser", "BacklinkClient", "BacklinkContracts", "BacklinkServer", "CBuildInfo", "Compression",
            "FoundationEssentials", "Glibc", "Kernels", "LinkEngine", "LinkModel", "SnapshotFetch", "SnapshotImport",
            "SnapshotStore", "Synchronization",
        ],
    ]

    /// The only modules that can reach a socket, and what they reach it with.
    static let networkLibraries: [String: String] = [
        "CCurl": "BacklinkClient", "FlyingSocks": "BacklinkServer",
    ]

    /// Modules that one file imports, so that a danger or a platform's habit has one home.
    static let homes: [String: String] = [
        "CBuildInfo": "Sources/strata/", "CFileExchange": "Sources/SnapshotStore/FileSystem.swift",
        "CCrypto": "Sources/Digests/", "CIDN2": "Sources/LinkModel/IDNA.swift",
        "CLZ4": "Sources/SnapshotStore/", "CPSL": "Sources/LinkModel/PublicSuffixList.swift",
        "CPublicSuffixList": "Sources/LinkModel/PublicSuffixList.swift", "CCurl": "Sources/BacklinkClient/",
    ]

    @Test func everyModuleImportsOnlyWhatItMay() {
        #expect(
            SourceTree.modules == Set(ModuleArrowTests.allowedImports.keys),
            "a module without rules, or rules without a module")
        for file in SourceTree.sources {
            let foreign = file.imports.subtracting(ModuleArrowTests.allowedImports[file.module] ?? [])
            #expect(foreign.isEmpty, "\(file.path) imports \(foreign.sorted()); see docs/architecture.md")
        }
    }

    @Test func importsWithOneHome() {
        for (module, home) in ModuleArrowTests.homes {
            let paths = SourceTree.sources.filter { $0.imports.contains(module) }.map(\.path)
            #expect(paths.count == 1, "\(module) is imported by \(paths)")
            #expect(paths.allSatisfy { $0.hasPrefix(home) }, "\(module) is imported by \(paths), not \(home)")
        }
        let zlib = SourceTree.sources.filter { $0.imports.contains("CZlib") }
        #expect(Set(zlib.map(\.module)).count == zlib.count, "CZlib has one file a module: \(zlib.map(\.path))")
    }

    @Test func callsWithOneHome() {
        // Files mapped into memory, and threads that compute: one file each; threads that wait for a provider, and the one that
        // waits for a signal, which must run while all others are busy.
        for (call, homes) in [
            ("mmap", ["Sources/SnapshotStore/MappedFile.swift"]),
            (
                "pthread_create",
                [
                    "Sources/Kernels/ThreadCrew.swift", "Sources/SnapshotFetch/Connections.swift",
                    "Sources/strata/Support/Interruption.swift",
                ]
            ),
        ] {
            let paths = SourceTree.sources.filter { $0.code.contains { $0.text == call } }.map(\.path)
            #expect(Set(paths) == Set(homes), "\(call) is called in \(paths)")
        }
        // Threads for blocking work, and signals as events: one file each beside it.
        let dispatch = SourceTree.sources.filter { $0.imports.contains("Dispatch") }.map(\.path)
        #expect(
            Set(dispatch) == [
                "Sources/BacklinkServer/Workers.swift", "Sources/BacklinkServer/StopSignals.swift",
            ])
        for file in SourceTree.sources {
            for word in file.code where ["detached", "withTaskGroup"].contains(word.text) {
                Issue.record(
                    "\(file.path):\(word.lineNumber) starts threads of its own; Kernels/Parallel.swift does that")
            }
        }
    }

    /// Nothing under the command line can reach the network: no module that could is allowed above, and no socket is
    /// opened through the C library.
    @Test func nothingReachesTheNetwork() {
        let calls: Set = ["socket", "socketpair", "connect", "getaddrinfo", "gethostbyname", "getnameinfo"]
        for file in SourceTree.sources {
            for word in file.code where calls.contains(word.text) && word.isCalled {
                Issue.record("\(file.path):\(word.lineNumber) calls \(word.text)")
            }
        }
    }
}
