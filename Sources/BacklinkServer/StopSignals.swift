import Dispatch
import Glibc

/// SIGTERM and SIGINT as a wish to stop: the first one asks, a second one ends the program at once.
package final class StopSignals {
    private static let numbers = [SIGTERM, SIGINT]
    private let sources: [any DispatchSourceSignal]

    /// - Parameter body: called once, on a thread of its own.
    package init(_ body: @escaping @Sendable () -> Void) {
        sources = Self.numbers.map { number in
            // Only an ignored signal comes to the source alone. One that our starter ignores (nohup) is heard all the same.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                for number in Self.numbers { signal(number, SIG_DFL) }
                body()
            }
            source.resume()
            return source
        }
    }

    /// Ends the watch.
    package func cancel() {
        for source in sources { source.cancel() }
        for number in Self.numbers { signal(number, SIG_DFL) }
    }
}
