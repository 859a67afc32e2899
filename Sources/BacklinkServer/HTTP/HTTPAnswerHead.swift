import Glibc

/// Writes status line and headers.
enum HTTPAnswerHead {
    enum Framing {
        case length(Int)
        case chunked
        /// The end of the connection ends the body (HTTP/1.0).
        case close
        /// Such an answer has no body and says nothing of one.
        case none
    }

    static func bytes(_ answer: ServerAnswer, _ framing: Framing, keepsAlive: Bool) -> [UInt8] {
        var text = "HTTP/1.1 \(answer.status) \(reason(answer.status))\r\n"
        for header in answer.headers { text += "\(header.name): \(safe(header.value))\r\n" }
        switch framing {
        case .length(let count): text += "Content-Length: \(count)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        case .close, .none: break
        }
        text += "Date: \(HTTPDate.now())\r\nConnection: \(keepsAlive ? "keep-alive" : "close")\r\n\r\n"
        return Array(text.utf8)
    }

    /// A chunk with its size line; an empty one would end the body.
    static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + [13, 10]
    }

    static let lastChunk = Array("0\r\n\r\n".utf8)
    static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// No value can end its line.
    private static func safe(_ value: String) -> String {
        String(decoding: value.utf8.map { $0 < 0x20 || $0 == 0x7F ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }

    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 244: "Results for huge websites are unavailable"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: "Status"
        }
    }
}

/// The time as HTTP writes it: "Sat, 21 Nov 2026 12:44:33 GMT".
enum HTTPDate {
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func now() -> String {
        let parts = UTCTime.now()
        let clock = [parts.hour, parts.minute, parts.second].map { padded($0) }.joined(separator: ":")
        let date = "\(padded(parts.day)) \(months[parts.month - 1]) \(parts.year)"
        return "\(weekdays[parts.weekday]), \(date) \(clock) GMT"
    }
}

/// A moment of the system's clock, in UTC.
/// Safety: the system reads and fills variables that outlive the calls, here and below; the pointer in a `tm` isn't
/// read.
struct UTCTime: Sendable {
    var year = 1970
    var month = 1
    var day = 1
    /// 0 is Sunday.
    var weekday = 4
    var hour = 0
    var minute = 0
    var second = 0

    static func now() -> UTCTime {
        var seconds = time(nil)
        var parts = unsafe tm()
        guard unsafe gmtime_r(&seconds, &parts) != nil else { return UTCTime() }
        return unsafe UTCTime(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            weekday: Int(parts.tm_wday), hour: Int(parts.tm_hour), minute: Int(parts.tm_min),
            second: Int(parts.tm_sec))
    }

    /// "2026-11-21T12:44:33Z"
    var text: String {
        "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(padded(hour)):\(padded(minute)):\(padded(second))Z"
    }
}

/// Milliseconds since 1970, by the system's clock.
func millisecondsNow() -> Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
}

/// Microseconds of a clock that never goes back.
func steadyMicroseconds() -> Int64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1_000
}

/// With leading zeros.
func padded(_ value: Int, _ width: Int = 2) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}
