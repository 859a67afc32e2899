import CCurl
import Glibc

/// One of libcurl's easy handles. The only file that imports it. One thread at a time may use it.
/// Safety: libcurl copies texts, and the body, whose size it is told before; the list of headers is freed after the
/// reset. Callbacks run inside `perform`, which holds the exchange, and copy as many bytes as libcurl says. The
/// handle lives as long as this object, which the transport gives to one request at a time.
@safe final class CurlHandle: @unchecked Sendable {
    private let handle: UnsafeMutableRawPointer

    /// Why libcurl can't be used, nil when it can. Loading and setting up aren't safe to run twice at once: a static is
    /// made once.
    private static let setupFailure: String? = {
        if let missing = unsafe strata_curl_load() {
            return "libcurl can't be loaded: \(unsafe String(cString: missing)). Install it (Debian: libcurl4)."
        }
        return strata_curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK ? nil : "libcurl can't be set up."
    }()

    init() throws(TransportError) {
        if let failure = CurlHandle.setupFailure { throw TransportError(.invalid, failure) }
        guard let handle = unsafe strata_curl_easy_init() else {
            throw TransportError(.invalid, "libcurl has no memory for a handle.")
        }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe strata_curl_easy_cleanup(handle) }

    /// Throws what the exchange's callbacks threw, else `TransportError`.
    func perform(_ request: HTTPRequest, _ exchange: HTTPExchange) throws {
        var headerList: UnsafeMutablePointer<curl_slist>?
        defer {
            // The address may hold a key: nothing of the request stays. The connections do.
            unsafe strata_curl_easy_reset(handle)
            unsafe strata_curl_slist_free_all(headerList)
        }
        for header in request.headers + [("Expect", "")] {
            // "Name:" removes a header of libcurl's own.
            let line = header.value.isEmpty ? "\(header.name):" : "\(header.name): \(header.value)"
            guard let longer = unsafe strata_curl_slist_append(headerList, line) else {
                throw TransportError(.invalid, "libcurl has no memory for a header.")
            }
            unsafe headerList = longer
        }
        try configure(request)
        try check(unsafe strata_curl_set_list(handle, CURLOPT_HTTPHEADER, headerList))
        let result = try withExtendedLifetime(exchange) {
            try attach(exchange)
            return BrokenPipeGuard.run { unsafe strata_curl_easy_perform(handle) }
        }
        if let failure = exchange.failure { throw failure }
        guard result == CURLE_OK else { throw failure(result, request) }
        try exchange.finish()
    }

    private func configure(_ request: HTTPRequest) throws(TransportError) {
        try setText(CURLOPT_URL, request.url)
        try setText(CURLOPT_PROTOCOLS_STR, "http,https")
        // libcurl's use of signals is not for several threads; BrokenPipeGuard stands in for it.
        try setLong(CURLOPT_NOSIGNAL, 1)
        try setLong(CURLOPT_FOLLOWLOCATION, 0)
        try setLong(CURLOPT_SSL_VERIFYPEER, 1)
        try setLong(CURLOPT_SSL_VERIFYHOST, 2)
        // As the programs curl and openssl take it: another list of certificate authorities.
        if let file = unsafe getenv("SSL_CERT_FILE") { try setText(CURLOPT_CAINFO, unsafe String(cString: file)) }
        try setLong(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        // HTTP/2 where TLS agrees on it, else 1.1; never 0.9.
        try setLong(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        try setLong(CURLOPT_HTTP09_ALLOWED, 0)
        try setLong(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        try setLong(CURLOPT_TCP_KEEPALIVE, 1)
        try setLong(CURLOPT_BUFFERSIZE, 128 << 10)
        try setText(CURLOPT_USERAGENT, "strata")
        if request.isLoopback { try setText(CURLOPT_NOPROXY, "*") }
        if request.acceptsGzip { try setText(CURLOPT_ACCEPT_ENCODING, "gzip") }
        if request.method == .post {
            try setLong(CURLOPT_POST, 1)
            try check(unsafe strata_curl_set_size(handle, CURLOPT_POSTFIELDSIZE_LARGE, request.body.count))
            var body = request.body
            // Copied by libcurl, after its size is known.
            try check(unsafe strata_curl_set_pointer(handle, CURLOPT_COPYPOSTFIELDS, &body))
        } else {
            try setLong(CURLOPT_HTTPGET, 1)
        }
        try setLong(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connectTimeout))
        if let timeout = request.timeout { try setLong(CURLOPT_TIMEOUT_MS, milliseconds(timeout)) }
    }

    /// The callbacks find the exchange by its address; it lives until the request is over.
    private func attach(_ exchange: HTTPExchange) throws(TransportError) {
        let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        try check(
            unsafe strata_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                unsafe CurlHandle.exchange(context).receive(body: CurlHandle.copy(bytes, size * count))
                    ? size * count : 0
            })
        try check(unsafe strata_curl_set_pointer(handle, CURLOPT_WRITEDATA, context))
        try check(
            unsafe strata_curl_set_write(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
                unsafe CurlHandle.exchange(context).receive(headerLine: CurlHandle.copy(bytes, size * count))
                    ? size * count : 0
            })
        try check(unsafe strata_curl_set_pointer(handle, CURLOPT_HEADERDATA, context))
        // Called about once a second when nothing arrives.
        try check(
            unsafe strata_curl_set_progress(handle) { context, _, _, _, _ in
                unsafe CurlHandle.exchange(context).isStalled ? 1 : 0
            })
        try check(unsafe strata_curl_set_pointer(handle, CURLOPT_XFERINFODATA, context))
        try setLong(CURLOPT_NOPROGRESS, 0)
    }

    private static func exchange(_ context: UnsafeMutableRawPointer?) -> HTTPExchange {
        // libcurl hands back the pointer that `attach` gave it.
        guard let context = unsafe context else { preconditionFailure("libcurl lost the exchange") }
        return unsafe Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
    }

    private static func copy(_ bytes: UnsafeMutablePointer<CChar>?, _ byteCount: Int) -> [UInt8] {
        unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: byteCount))
    }

    private func failure(_ result: CURLcode, _ request: HTTPRequest) -> TransportError {
        var systemCode = 0
        unsafe strata_curl_get_long(handle, CURLINFO_OS_ERRNO, &systemCode)
        // libcurl's fixed text for the code: its longer messages quote the address.
        var text = unsafe String(cString: strata_curl_easy_strerror(result))
        if systemCode != 0 { text += " (\(unsafe String(cString: strerror(Int32(truncatingIfNeeded: systemCode)))))" }
        return TransportError(kind(result), text + ".")
    }

    private func kind(_ result: CURLcode) -> TransportError.Kind {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_ABORTED_BY_CALLBACK: .stalled
        case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM:
            .cutShort
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR:
            .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            .notTrusted
        case CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT, CURLE_BAD_FUNCTION_ARGUMENT,
            CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN:
            .invalid
        default: .malformed
        }
    }

    private func setText(_ option: CURLoption, _ text: String) throws(TransportError) {
        try check(unsafe strata_curl_set_text(handle, option, text))
    }

    private func setLong(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(unsafe strata_curl_set_long(handle, option, value))
    }

    private func check(_ result: CURLcode) throws(TransportError) {
        guard result == CURLE_OK else {
            throw TransportError(
                .invalid, "libcurl refuses a setting: \(unsafe String(cString: strata_curl_easy_strerror(result))).")
        }
    }

    /// Rounded up: 0 would mean no limit.
    private func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        let most = Int64(Int32.max) / 1000 - 1
        return Int(max(0, min(seconds, most) * 1000 + attoseconds / 1_000_000_000_000_000) + 1)
    }
}
