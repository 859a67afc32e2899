import BacklinkClient
import Foundation
import TestSupport
import Testing

@Suite struct CredentialsTests {
    private static func file(_ text: String, mode: Int = 0o600, in directory: TemporaryDirectory) throws -> String {
        let path = try directory.write(text, to: "key")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    /// What the wire would carry.
    private static func loaded(
        _ provider: Provider, _ environment: [String: String] = [:], file: String? = nil
    ) throws -> [String] {
        let credentials = try Credentials.load(provider, environment: environment, keyFile: file)
        let fixture = try ClientFixture(provider, credentials: credentials) { _ in .status(404) }
        _ = ClientFixture.failure { try fixture.page() }
        _ = ClientFixture.failure { try fixture.source.newLostBacklinks(bulk: ["a.example"], dateFrom: nil) }
        let request = try #require(fixture.server.requests.first)
        return [request.value("apikey"), request.headers["authorization"]].compactMap(\.self)
    }

    @Test func environment() throws {
        let environment = [
            "STRATA_SEO_POWERSUITE_KEY": "one", "STRATA_DATAFORSEO_LOGIN": "login",
            "STRATA_DATAFORSEO_PASSWORD": "password", "STRATA_AISA_KEY": "sk-aisa-1",
        ]
        #expect(try CredentialsTests.loaded(.seoPowerSuite, environment) == ["one"])
        #expect(try CredentialsTests.loaded(.dataForSEO, environment) == ["Basic bG9naW46cGFzc3dvcmQ="])
        #expect(try CredentialsTests.loaded(.aisa, environment) == ["Bearer sk-aisa-1"])
        #expect(try Credentials.load(.aisa, environment: ["STRATA_AISA_KEY": ""], keyFile: nil).isEmpty)
        let half = ClientFixture.failure {
            try Credentials.load(.dataForSEO, environment: ["STRATA_DATAFORSEO_LOGIN": "x"], keyFile: nil)
        }
        #expect(half?.description.contains("STRATA_DATAFORSEO_PASSWORD is missing") == true)
        let split = ClientFixture.failure {
            try Credentials.load(.aisa, environment: ["STRATA_AISA_KEY": "a\r\nX-Evil: b"], keyFile: nil)
        }
        #expect(split?.kind == .usage && split?.description.contains("Evil") == false)
    }

    @Test func keyFiles() throws {
        let directory = try TemporaryDirectory()
        func loaded(_ provider: Provider, _ text: String) throws -> [String] {
            try CredentialsTests.loaded(provider, file: CredentialsTests.file(text, in: directory))
        }
        #expect(try loaded(.seoPowerSuite, "bare-key==\n") == ["bare-key=="])
        #expect(try loaded(.dataForSEO, "login:pass:word\r\n") == ["Basic bG9naW46cGFzczp3b3Jk"])
        let all = """
            # keys
            STRATA_AISA_KEY = sk=1
            STRATA_DATAFORSEO_LOGIN=login

            STRATA_DATAFORSEO_PASSWORD=password
            """
        #expect(try loaded(.aisa, all) == ["Bearer sk=1"])
        #expect(try loaded(.dataForSEO, all) == ["Basic bG9naW46cGFzc3dvcmQ="])
        // The file, once named, stands instead of the environment.
        let path = try CredentialsTests.file("from-file", in: directory)
        let environment = ["STRATA_SEO_POWERSUITE_KEY": "from-environment"]
        #expect(try CredentialsTests.loaded(.seoPowerSuite, environment, file: path) == ["from-file"])
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o620, 0o601])
    func readableFilesAreRefused(mode: Int) throws {
        let directory = try TemporaryDirectory()
        let path = try CredentialsTests.file(ClientFixture.key, mode: mode, in: directory)
        let failure = ClientFixture.failure { try Credentials.load(.aisa, environment: [:], keyFile: path) }
        #expect(failure?.kind == .forbidden && failure?.description.contains("chmod 600") == true)
    }

    @Test func otherFilesAreRefused() throws {
        let directory = try TemporaryDirectory()
        func failure(_ provider: Provider, _ text: String) throws -> String? {
            let path = try CredentialsTests.file(text, in: directory)
            return ClientFixture.failure { try Credentials.load(provider, environment: [:], keyFile: path) }?
                .description
        }
        #expect(try failure(.aisa, "STRATA_SEO_POWERSUITE_KEY=x")?.contains("no STRATA_AISA_KEY") == true)
        #expect(try failure(.aisa, "one \(ClientFixture.key)\ntwo")?.contains("isn't NAME=value") == true)
        #expect(try failure(.dataForSEO, ClientFixture.key)?.contains("login:password") == true)
        #expect(try failure(.aisa, String(repeating: "x", count: 70_000))?.contains("65536 bytes") == true)
        for text in ["one \(ClientFixture.key)\ntwo", "\(ClientFixture.key) \(ClientFixture.key)"] {
            #expect(try failure(.dataForSEO, text)?.contains("marker") == false)
        }
        for path in [directory.path, directory.path("missing"), "/dev/null"] {
            let failure = ClientFixture.failure { try Credentials.load(.aisa, environment: [:], keyFile: path) }
            #expect(failure?.kind == .usage)
        }
    }

    @Test func secretsDoNotPrint() {
        let credentials = Credentials(login: Secret("marker-1"), key: Secret("marker-2"))
        var settings = ClientSettings(provider: .dataForSEO, credentials: credentials)
        settings.events = nil
        for text in ["\(credentials)", String(reflecting: credentials), "\(settings)", String(reflecting: settings)] {
            #expect(!text.contains("marker"))
        }
        var dumped = ""
        dump(settings, to: &dumped)
        #expect(!dumped.contains("marker"))
    }
}
