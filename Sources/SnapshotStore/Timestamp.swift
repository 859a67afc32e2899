import Glibc

/// The present moment as RFC 3339 writes it, in UTC, to the second: "2026-11-21T09:29:14Z".
/// Safety: `gmtime_r` fills a variable of ours, of which only numbers are read, not the pointer to the zone's name.
package func currentTimestamp() -> String {
    var seconds = time(nil)
    var parts = unsafe tm()
    guard unsafe gmtime_r(&seconds, &parts) != nil else { return "1970-01-01T00:00:00Z" }
    func digits(_ value: Int32, _ count: Int = 2) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let date = unsafe [digits(parts.tm_year + 1900, 4), digits(parts.tm_mon + 1), digits(parts.tm_mday)]
    let clock = unsafe [digits(parts.tm_hour), digits(parts.tm_min), digits(parts.tm_sec)]
    return "\(date.joined(separator: "-"))T\(clock.joined(separator: ":"))Z"
}
