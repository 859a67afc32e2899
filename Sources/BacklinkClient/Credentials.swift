/// What a provider knows its customer by; empty for a server that checks no keys.
package struct Credentials: Sendable {
    /// DataForSEO's login.
    package var login: Secret?
    /// The key, or DataForSEO's password.
    package var key: Secret?

    package init(login: Secret? = nil, key: Secret? = nil) {
        self.login = login
        self.key = key
    }

    package var isEmpty: Bool { login == nil && key == nil }

    /// From the key file when one is named, else from the environment; empty when neither has them.
    ///
    /// A key file is the user's own, with no permission for group or others (0600). Its lines are NAME=value with the
    /// environment's names (others' are skipped), empty, or begin with #; or it is one line: the bare key, for DataForSEO
    /// login:password.
    package static func load(
        _ provider: Provider, environment: [String: String], keyFile: String?
    ) throws(ClientError) -> Credentials {
        var values = environment
        var place = "the environment"
        if let keyFile {
            values = try KeyFile.values(keyFile, provider)
            place = keyFile
        }
        let secrets = provider.environmentNames.map { name in values[name].flatMap { $0.isEmpty ? nil : $0 } }
        for (name, secret) in zip(provider.environmentNames, secrets) {
            // A line break would end the request's header, and start another.
            if let secret, !secret.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) {
                throw ClientError(
                    .usage, provider: provider,
                    message: "\(name) in \(place) holds a space or a control character.",
                    nextStep: "Set it to the key alone.")
            }
        }
        guard provider == .dataForSEO else { return Credentials(key: secrets[0].map(Secret.init)) }
        guard (secrets[0] == nil) == (secrets[1] == nil) else {
            let missing = provider.environmentNames[secrets[0] == nil ? 0 : 1]
            throw ClientError(
                .usage, provider: provider, message: "\(missing) is missing in \(place).",
                nextStep: "Set login and password both.")
        }
        if secrets[0]?.utf8.contains(UInt8(ascii: ":")) == true {
            throw ClientError(
                .usage, provider: provider, message: "The login in \(place) holds a colon.",
                nextStep: "Set \(provider.environmentNames[0]) to the login alone (RFC 7617).")
        }
        return Credentials(login: secrets[0].map(Secret.init), key: secrets[1].map(Secret.init))
    }
}
