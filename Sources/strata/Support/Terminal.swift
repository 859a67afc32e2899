import Glibc

/// What we know about the terminal, if there is one.
/// Safety: the system fills one `winsize`, a variable that outlives the call. Texts of the environment, which the
/// program never changes, and those of `strerror` are copied at once.
enum Terminal {
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// Columns of a table on standard output: $COLUMNS if it is a positive number, else what the terminal says; nil when
    /// there is no terminal, so that nothing is cut.
    static var columnCount: Int? {
        if let columns = environment("COLUMNS").flatMap({ Int($0) }), columns > 0 { return columns }
        guard isTerminal(STDOUT_FILENO) else { return nil }
        return reportedColumnCount(STDOUT_FILENO) ?? 80
    }

    static func reportedColumnCount(_ descriptor: Int32) -> Int? {
        var size = winsize()
        let result = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
        return result == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// Whether lines on standard error can be drawn over.
    static var canRedraw: Bool {
        isTerminal(STDERR_FILENO) && environment("TERM") != "dumb"
    }

    /// A variable of the environment; nil when it is unset or empty.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}

/// The text of an errno value, without its number.
func errorText(_ number: Int32) -> String {
    unsafe String(cString: strerror(number))
}
