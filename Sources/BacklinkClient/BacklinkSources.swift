/// Makes sources.
package enum BacklinkSources {
    /// Sends nothing yet. Throws `.usage` for a base URL that can't be, `.unauthorised` when there is no key for an address
    /// that isn't this machine's.
    package static func make(_ settings: ClientSettings) throws(ClientError) -> any BacklinkSource {
        try make(settings, transport: CurlTransport(), clock: SystemClock())
    }

    package static func make(
        _ settings: ClientSettings, transport: any HTTPTransport, clock: any ClientClock
    ) throws(ClientError) -> any BacklinkSource {
        let session = try ProviderSession(settings, transport: transport, clock: clock)
        return switch settings.provider {
        case .seoPowerSuite: SEOPowerSuiteClient(session)
        case .dataForSEO, .aisa: DataForSEOClient(session)
        }
    }
}
