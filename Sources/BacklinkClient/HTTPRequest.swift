/// One request. Its address and headers may hold a key: it never prints them.
package struct HTTPRequest: Sendable, CustomStringConvertible, CustomReflectable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    package var method: Method
    var url: String
    var headers: [(name: String, value: String)] = []
    package var body: [UInt8] = []
    /// It may be sent again when it isn't known what became of it.
    var isIdempotent = true
    /// The transport undoes gzip; off for files that are wanted as they are.
    package var acceptsGzip = true
    /// From connecting to the last byte; nil: none.
    package var timeout: Duration?
    package var connectTimeout: Duration = .seconds(15)
    /// From connecting to the answer's first byte, where `timeout` is longer or none.
    package var headTimeout: Duration = .seconds(300)
    /// Between two pieces of an answer that has begun.
    package var stallTimeout: Duration = .seconds(60)
    /// A proxy of the environment is not for this machine's own addresses.
    package var isLoopback = false

    package init(_ method: Method, _ url: String) {
        self.method = method
        self.url = url
    }

    package var description: String { "\(method.rawValue) •••" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
