package import BacklinkClient
import SnapshotStore

/// A fetch that can't begin, go on or end: what was found, and the next step. Never a secret.
package struct FetchError: Error, Sendable, CustomStringConvertible {
    package enum Kind: Sendable {
        case usage
        /// What the provider sent can't be used.
        case badData
        /// An unfinished fetch is in the way.
        case cannotCreate
        /// Another process is at it, or the provider needs more time.
        case tryAgain
        case unavailable, notPermitted, io
    }
    package let kind: Kind
    package let description: String
    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// What a provider's refusal comes to.
    package init(_ error: ClientError) {
        let kind: Kind =
            switch error.kind {
            case .usage, .unsupported: .usage
            case .unauthorised, .paymentRequired, .forbidden: .notPermitted
            case .badRequest, .badAnswer: .badData
            case .rateLimited, .unavailable, .deadline: .tryAgain
            case .notFound, .tooLarge, .network, .rejected: .unavailable
            }
        self.init(kind, error.description)
    }
}

extension FetchError {
    /// A failed system call; `code` is errno.
    static func system(_ action: String, _ path: String, code: Int32) -> FetchError {
        let fault = SystemFault(code: code)
        return FetchError(
            fault.isRefusal ? .notPermitted : .io,
            "can't \(action) \(path): \(fault.text). \(fault.advice) The fetch goes on where it stopped.")
    }
}
