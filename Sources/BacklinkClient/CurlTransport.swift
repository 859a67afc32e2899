import Synchronization

/// HTTP by libcurl. Connections are kept and used again, by the next request to the same origin.
package final class CurlTransport: HTTPTransport {
    /// Each handle keeps its connections; one request uses it at a time.
    private let idle = Mutex<[String: [CurlHandle]]>([:])

    private static let idleLimitPerOrigin = 32

    package init() {}

    package func send(
        _ request: HTTPRequest, onHead: (HTTPHead) throws -> Void, onBody: ([UInt8]) throws -> Void
    ) throws {
        guard let origin = BaseURL(request.url)?.origin else {
            throw TransportError(.invalid, "The address is not one of HTTP.")
        }
        let handle = try idle.withLock { $0[origin]?.popLast() } ?? CurlHandle()
        // Back into the pool after failures too: libcurl closes connections that can't be used any more.
        defer {
            idle.withLock { idle in
                if idle[origin, default: []].count < CurlTransport.idleLimitPerOrigin {
                    idle[origin, default: []].append(handle)
                }
            }
        }
        try withoutActuallyEscaping(onHead) { onHead in
            try withoutActuallyEscaping(onBody) { onBody in
                try handle.perform(
                    request,
                    HTTPExchange(
                        headTimeout: request.headTimeout, stallTimeout: request.stallTimeout, onHead: onHead,
                        onBody: onBody))
            }
        }
    }
}
