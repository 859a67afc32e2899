import CBuildInfo

/// Which program this is.
/// Safety: the commit is compiled in and ends with a zero, and is copied; the number is a variable that outlives the
/// call.
enum Version {
    static let number = "0.1.0"

    /// "0.1.0 (1a2b3c4d5e)"; only the number when it wasn't built from a git checkout.
    static var text: String {
        var isLowerBound: Int32 = 0
        let commit = unsafe String(cString: strata_build_commit(&isLowerBound)).prefix(10)
        return commit.isEmpty ? number : "\(number) (\(commit)\(isLowerBound == 0 ? "" : " or later"))"
    }

    /// What manifests record.
    static var software: String { "strata \(text)" }
}
