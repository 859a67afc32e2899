import BacklinkClient
import Testing

@Suite struct BaseURLTests {
    @Test(arguments: [
        "http://127.0.0.1:8080", "http://127.9.9.9", "http://localhost/x", "https://[::1]:9", "HTTP://LocalHost:1/",
    ])
    func loopback(text: String) {
        #expect(BaseURL(text)?.isLoopback == true)
    }

    @Test(arguments: [
        "https://api.seopowersuite.com", "http://127.0.0.1.example.com", "http://localhost.example.com",
        "http://127.1", "http://127.0.0.1.", "http://0.0.0.0", "http://127.0.0.256",
    ])
    func elsewhere(text: String) {
        #expect(BaseURL(text)?.isLoopback == false)
    }

    @Test(arguments: [
        "", "api.example.com", "ftp://example.com", "file:///etc/passwd", "https://", "https:///x",
        "https://a@b.example",
        "https://user:word@example.com", "https://example.com:0", "https://example.com:65536", "https://example.com:",
        "https://example.com:+80", "https://exa mple.com", "https://example.com\\@evil.example", "https://exämple.com",
        "https://example.com\n", "https://[::1", "https://[x]/", "https://[]", "https://[::1]x", "https://a:b:c",
        "https://example.com?x",
    ])
    func refused(text: String) {
        #expect(BaseURL(text) == nil)
    }

    @Test(arguments: [
        ("https://example.com:65536", "port 65536 is out of range"), ("https://example.com/#x", "fragment"),
        ("https://u:secret@example.com", "user name or a password"), ("http://example.com", "only for this machine"),
    ])
    func faultsAreNamed(base: String, words: String) {
        let settings = ClientSettings(
            provider: .dataForSEO, baseURL: base, credentials: ClientFixture.credentials(.dataForSEO))
        let failure = ClientFixture.failure { try BacklinkSources.make(settings) }
        #expect(failure?.description.contains(words) == true)
        #expect(failure?.description.contains("secret") == false)
    }

    @Test func sourcesAreMadeForSafeAddressesOnly() {
        func failure(_ base: String?, _ credentials: Credentials) -> ClientError.Kind? {
            let settings = ClientSettings(provider: .dataForSEO, baseURL: base, credentials: credentials)
            return ClientFixture.failure { try BacklinkSources.make(settings) }?.kind
        }
        let credentials = ClientFixture.credentials(.dataForSEO)
        #expect(failure("http://api.dataforseo.com", credentials) == .usage)
        #expect(failure("https://x:y@api.dataforseo.com", credentials) == .usage)
        #expect(failure("https://api.dataforseo.com/?a=b", credentials) == .usage)
        #expect(failure(nil, Credentials()) == .unauthorised)
        #expect(failure(nil, credentials) == nil)
        #expect(failure("http://127.0.0.1:9", Credentials()) == nil)
    }
}
