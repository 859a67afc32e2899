/// Why a provider gave no answer, in words for the user: who, which command, for which target, and what to do. No part of
/// it ever holds a key or an address with one in it.
package struct ClientError: Error, CustomStringConvertible, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The request or the settings can't be right; nothing was sent.
        case usage
        case unauthorised
        case paymentRequired
        case forbidden
        case notFound
        /// Status 244: the provider doesn't answer for targets of this size.
        case tooLarge
        case badRequest
        case rateLimited
        case unavailable
        case network
        /// The answer came and can't be read.
        case badAnswer
        case deadline
        /// The provider has no such command.
        case unsupported
        /// The provider will not start this export now.
        case rejected
    }
    package var kind: Kind
    package var provider: Provider?
    /// "get-raw-backlinks"; empty when it isn't about one.
    package var command: String
    package var target: String
    /// The HTTP status, or DataForSEO's status code.
    package var statusCode: Int?
    /// A new request may succeed. (The client has already tried as often as its settings say.)
    package var isRetryable: Bool
    /// What must not be sent twice may have been done: no answer said so.
    package var mayHaveBeenDone = false
    /// What happened: one sentence.
    package var message: String
    /// What to do: one sentence.
    package var nextStep: String

    package init(
        _ kind: Kind, provider: Provider?, command: String = "", target: String = "", statusCode: Int? = nil,
        isRetryable: Bool = false, message: String, nextStep: String? = nil
    ) {
        self.kind = kind
        self.provider = provider
        self.command = command
        self.target = target
        self.statusCode = statusCode
        self.isRetryable = isRetryable
        self.message = message
        self.nextStep = nextStep ?? ClientError.nextStep(kind, provider)
    }

    package init(_ kind: Kind, _ message: String) {
        self.init(kind, provider: nil, message: message, nextStep: "")
    }

    package var description: String {
        let place = [provider?.rawValue ?? "", command, target].filter { !$0.isEmpty }.joined(separator: " ")
        let text = place.isEmpty ? message : "\(place): \(message)"
        return nextStep.isEmpty ? text : "\(text) \(nextStep)"
    }

    private static func nextStep(_ kind: Kind, _ provider: Provider?) -> String {
        let names = provider?.environmentNames.joined(separator: " and ") ?? "the key"
        switch kind {
        case .usage, .unsupported: return ""
        case .unauthorised: return "Check \(names), or the key file."
        case .paymentRequired: return "Check the balance of the account, then run the same command again."
        case .forbidden: return "Check with the provider that the key may use this command."
        case .notFound: return "Check the base URL and the target."
        case .tooLarge: return "Ask for a single host or URL of it instead, with a narrower mode."
        case .badRequest: return "Check the target and the options."
        case .rateLimited: return "Wait, or lower the requests per minute, then run the same command again."
        case .unavailable: return "Run the same command again later."
        case .network: return "Check the connection and the base URL, then run the same command again."
        case .badAnswer: return "Run the same command again; if it stays so, tell the provider."
        case .deadline: return "Run the same command again with a longer deadline."
        case .rejected: return "Wait for the export that runs already, then run the same command again."
        }
    }
}
