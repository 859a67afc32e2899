import LinkModel

/// Derives hosts and registrable domains from the page keys as they pass in order, and writes their columns. Memory: four
/// bytes a host; for each domain its key and about 24 bytes.
///
/// Safety: a key's slices end at `byteCount`, which is at most its length (`hostKeyByteCount` stops there,
/// `isOfCurrentHost` asks first); they are copied or compared within the closures that lend the bytes.
final class HostCollector {
    private let nodeKind: NodeKind
    private let hosts: KeyDictionaryWriter
    private let firstPages: IntegerColumnWriter
    private let directory: String
    private let threads: Int
    private var host: [UInt8] = []
    /// By host: the domain's number in order of appearance.
    private var hostDomains: [UInt32] = []
    /// By number of appearance.
    private var domainKeys: [[UInt8]] = []
    /// The domains that hosts to come may still belong to: each is the current host, or a label-wise prefix of it.
    /// Hosts of one domain share its key as prefix, and a prefix is one contiguous range of hosts; so a domain that the
    /// current host doesn't extend can't come again, and no table of all domains is needed.
    private var openDomains: [UInt32] = []

    init(directory: String, nodeKind: NodeKind, threads: Int) throws {
        self.nodeKind = nodeKind
        self.directory = directory
        self.threads = threads
        hosts = try KeyDictionaryWriter(directory: directory, name: "hosts.keys", threads: threads)
        firstPages = try IntegerColumnWriter(directory: directory, name: "hosts.first_page", threads: threads)
    }

    var hostCount: Int { hosts.count }

    /// The next page's key.
    func append(_ key: Span<UInt8>, page: UInt32) throws {
        if nodeKind == .number { return }
        if isOfCurrentHost(key) { return }
        let byteCount = SortKey.hostKeyByteCount(key)
        unsafe key.withUnsafeBufferPointer { key in
            unsafe host = [UInt8](UnsafeBufferPointer(rebasing: key[..<byteCount]))
        }
        try hosts.append(host)
        try firstPages.append(page)
        hostDomains.append(domainNumber())
    }

    /// Writes the rest; returns the columns and the number of domains.
    func finish(pageCount: UInt32) throws -> (columns: [Manifest.ColumnSummary], domainCount: Int) {
        try firstPages.append(nodeKind == .number ? 0 : pageCount)
        let domains = try KeyDictionaryWriter(directory: directory, name: "domains.keys", threads: threads)
        let keys = domainKeys
        let order = keys.indices.sorted { left, right in keys[left].lexicographicallyPrecedes(keys[right]) }
        var rank = [UInt32](repeating: 0, count: order.count)
        for (position, number) in order.enumerated() {
            rank[number] = UInt32(position)
            try domains.append(keys[number])
        }
        let domainOfHost = try IntegerColumnWriter(directory: directory, name: "hosts.domain", threads: threads)
        for number in hostDomains { try domainOfHost.append(rank[Int(number)]) }
        return (
            [try hosts.finish(), try firstPages.finish(), try domainOfHost.finish(), try domains.finish()], order.count
        )
    }

    /// Most pages are on the host of the page before.
    private func isOfCurrentHost(_ key: Span<UInt8>) -> Bool {
        let byteCount = host.count
        guard hosts.count > 0, byteCount < key.count, key[byteCount] == UInt8(ascii: ")") else { return false }
        return unsafe key.withUnsafeBytes { key in
            unsafe host.withUnsafeBytes { unsafe compareBytes(key.bytes(0..<byteCount), $0) == 0 }
        }
    }

    /// The number of the current host's domain.
    private func domainNumber() -> UInt32 {
        let domain = domainKey()
        precondition(host.starts(with: domain), "a registrable domain is a suffix of its host's name")
        while let open = openDomains.last, !isLabelPrefix(domainKeys[Int(open)]) { openDomains.removeLast() }
        if let known = openDomains.last(where: { domainKeys[Int($0)] == domain }) { return known }
        let number = UInt32(domainKeys.count)
        domainKeys.append(domain)
        // Shorter ones first, so that the last one is the first to end.
        let place = openDomains.lastIndex { domainKeys[Int($0)].count < domain.count }.map { $0 + 1 } ?? 0
        openDomains.insert(number, at: place)
        return number
    }

    private func domainKey() -> [UInt8] {
        if nodeKind == .domain { return host }
        let key = host
        let name = SortKey.hostName(ofHostKey: key.span)
        return SortKey.hostKey(ofHostName: PublicSuffixList.bundled.registrableDomain(ofHost: name))
    }

    /// Whether the current host is that one, or below it.
    private func isLabelPrefix(_ domain: [UInt8]) -> Bool {
        host.starts(with: domain) && (host.count == domain.count || host[domain.count] == UInt8(ascii: ","))
    }
}
