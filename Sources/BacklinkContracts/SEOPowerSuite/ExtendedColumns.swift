/// Strata's extension of the rows of links: a client that sends this header (RFC 7240) gets `link_type` and `rel` too,
/// without which rows of a live source couldn't be told apart as the store does. Other servers pass it over.
package enum ExtendedColumns {
    package static let headerName = "Prefer"
    package static let preference = "strata-columns=all"

    /// Whether the values of a request's Prefer headers ask for them. Preferences are separated by commas, their
    /// parameters by semicolons; names are case-insensitive.
    package static func isAskedFor(by headerValue: String) -> Bool {
        headerValue.split(separator: ",").contains { preference in
            let name = preference.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
            return name.lowercased() == ExtendedColumns.preference
        }
    }
}
