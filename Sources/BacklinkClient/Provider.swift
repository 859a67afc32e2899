/// Whose API answers. The raw value is its name in commands and messages.
package enum Provider: String, CaseIterable, Hashable, Sendable {
    case seoPowerSuite = "seo-powersuite"
    case dataForSEO = "dataforseo"
    case aisa

    /// The vendor's own address; commands' paths are appended.
    package var vendorBaseURL: String {
        switch self {
        case .seoPowerSuite: "https://api.seopowersuite.com"
        case .dataForSEO: "https://api.dataforseo.com"
        case .aisa: "https://api.aisa.one"
        }
    }

    /// The environment variables that hold its credentials.
    package var environmentNames: [String] {
        switch self {
        case .seoPowerSuite: ["STRATA_SEO_POWERSUITE_KEY"]
        case .dataForSEO: ["STRATA_DATAFORSEO_LOGIN", "STRATA_DATAFORSEO_PASSWORD"]
        case .aisa: ["STRATA_AISA_KEY"]
        }
    }
}
