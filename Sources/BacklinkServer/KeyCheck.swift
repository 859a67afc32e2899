import BacklinkContracts
import Digests

/// The one key that a server may ask for. Never printed.
package struct KeyCheck: Sendable, CustomStringConvertible {
    private let digest: [UInt8]
    package var description: String { "•••" }

    /// - Parameter key: also "login:password", for clients of DataForSEO.
    package init(_ key: String) { digest = Self.digest(Array(key.utf8)) }

    /// Whether the request brings the key: as apikey in the query, as Bearer token, as Basic password or login:password.
    package func accepts(_ request: ServerRequest) -> Bool {
        var offers = QueryItems(request.query).items.filter { $0.name.lowercased() == "apikey" }
            .map { Array($0.value.utf8) }
        for header in request.headers where header.name == "authorization" {
            let words = header.value.split(separator: " ", maxSplits: 1)
            guard words.count == 2 else { continue }
            let credentials = trimmed(words[1])
            switch words[0].lowercased() {
            case "bearer": offers.append(Array(credentials.utf8))
            case "basic":
                guard let pair = Base64.decode(Array(credentials.utf8)) else { continue }
                offers.append(pair)
                if let colon = pair.firstIndex(of: UInt8(ascii: ":")) { offers.append(Array(pair[(colon + 1)...])) }
            default: continue
            }
        }
        // Digests are of one length: the time tells nothing of the key's. Every offer is compared.
        return offers.map { MessageAuthentication.isEqual(Self.digest($0), digest) }.contains(true)
    }

    private static func digest(_ key: [UInt8]) -> [UInt8] {
        var digest = SHA256Digest()
        digest.update(key)
        return digest.finish()
    }
}
