package import BacklinkClient
import Glibc

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
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        let advice =
            switch code {
            case ENOSPC, EDQUOT: " Free some space and run the command again: it goes on where it stopped."
            case EACCES, EPERM, EROFS: " Check the permissions of the store's directory."
            case EMFILE: " Raise the limit of open files (ulimit -n)."
            default: ""
            }
        let kind: Kind = [EACCES, EPERM, EROFS].contains(code) ? .notPermitted : .io
        return FetchError(kind, "can't \(action) \(path): \(reason).\(advice)")
    }
}
