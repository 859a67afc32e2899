import BacklinkContracts
import TestSupport
import Testing

/// The documents' own samples: each is read into its type, and what is written again is the same, byte for byte.
@Suite(.enabled(if: DocumentSamples.areThere, "\(DocumentSamples.missing)"))
struct DocumentSampleTests {
    /// What the samples of the SEO PowerSuite document are, in their order.
    private static let seoPowerSuite: [TypedAnswer] = [
        .rows(.getMetrics), .request(.getMetrics), .rows(.getMetrics),
        .rows(.getInlinkRank), .request(.getInlinkRank), .rows(.getInlinkRank),
        .request(.getBacklinks), .rows(.getBacklinks),
        .request(.getRefdomains), .rows(.getRefdomains),
        .rows(.downloadAllBacklinks), .rows(.downloadAllBacklinksStatus),
        .rows(.getRawBacklinks), .rows(.getRawBacklinks), .rows(.getRawBacklinks),
        .request(.getNewLostBacklinks), .rows(.getNewLostBacklinks),
        .request(.getNewLostRefdomains), .rows(.getNewLostRefdomains),
        .request(.getNewLostBacklinksCount), .rows(.getNewLostBacklinksCount),
        .request(.getNewLostRefdomainsCount), .rows(.getNewLostRefdomainsCount),
    ]

    private static let expected: [DocumentSamples.Document: [TypedAnswer]] = [
        .aisaBulkNewLostBacklinks: [],
        .dataForSEOBulkNewLostBacklinks: [.taskList(.bulkNewLostBacklinks), .envelope(.bulkNewLostBacklinks)],
        .dataForSEOBulkNewLostReferringDomains: [.envelope(.bulkNewLostReferringDomains)],
        .aisaHistory: [.task(.history), .envelope(.history)],
        .seoPowerSuite: seoPowerSuite,
    ]

    @Test(arguments: DocumentSamples.Document.allCases)
    func everySampleIsWrittenAsItWasRead(_ document: DocumentSamples.Document) throws {
        let blocks = try DocumentSamples.jsonBlocks(of: document)
        let types = try #require(Self.expected[document])
        #expect(blocks.count == types.count)
        for (block, type) in zip(blocks, types) where !(document == .aisaHistory && type == .envelope(.history)) {
            let wire = try JSONReader.value(Array(block.utf8))
            let again = try type.again(wire)
            #expect(
                String(decoding: JSONWriter.bytes(again), as: UTF8.self)
                    == String(decoding: DocumentSamples.compact(block), as: UTF8.self), "\(type)")
            #expect(again == wire, "\(type)")
        }
    }

    @Test func valuesOfSEOPowerSuite() throws {
        let wires = try DocumentSamples.jsonBlocks(of: .seoPowerSuite).map { try JSONReader.value(Array($0.utf8)) }
        let metrics = try RowAnswer<MetricsRow>(command: .getMetrics, wire: wires[2])
        #expect(metrics.rows.map(\.refdomains) == [518, 956])
        #expect(metrics.rows[1].eduBacklinks == 46)
        #expect(try RowAnswer<InlinkRankRow>(command: .getInlinkRank, wire: wires[5]).rows[1].domainInlinkRank == 82)
        let best = try RowAnswer<BacklinkRow>(command: .getBacklinks, wire: wires[7])
        #expect(best.rows[1].inlinkRank == 0 && best.rows[1].domainInlinkRank == 67)
        #expect(best.rows[0].imageSource == nil && best.rows[0].nofollow == false)
        #expect(best.rows[0].urlFrom?.contains(where: \.isWhitespace) == false)
        let pages = try (12...14).map { try RowAnswer<BacklinkRow>(command: .getRawBacklinks, wire: wires[$0]) }
        #expect(pages.map { $0.next == nil } == [false, false, true])
        #expect(pages[0].rows[1].nofollow == true)
        #expect(try ExportTask(wire: wires[10]).status == .queued)
        #expect(try ExportTask(wire: wires[11]).downloadFile?.hasSuffix(".csv.gz") == true)
        let changes = try RowAnswer<NewLostBacklinkRow>(command: .getNewLostBacklinks, wire: wires[16])
        #expect(changes.rows.map(\.newLostType) == ["new", "lost"])
        #expect(changes.rows[1].linkType == "redirect" && changes.rows[1].reasonLost == "broken_redirect")
        #expect(changes.rows[1].title == "" && changes.rows[1].alt == "")
        let days = try RowAnswer<DayCountRow>(command: .getNewLostBacklinksCount, wire: wires[20])
        #expect(days.rows.map(\.new) == [25, 0, 24] && days.rows.map(\.lost) == [14, 126, 1])
    }

    @Test func valuesOfDataForSEO() throws {
        let links = try DocumentSamples.jsonBlocks(of: .dataForSEOBulkNewLostBacklinks)[1]
        let envelope = try DataForSEOEnvelope(wire: JSONReader.value(Array(links.utf8)))
        #expect(envelope.statusCode == 20_000 && envelope.cost == 0.0203 && envelope.tasksCount == 1)
        let task = try #require(envelope.tasks?.first)
        #expect(task.path == DataForSEOEndpoint.bulkNewLostBacklinks.path)
        #expect(task.id?.split(separator: "-")[2] == "0349")
        #expect(task.data["targets"]?.listValue?.count == 10 && task.data["date_from"] == .text("2021-01-01"))
        let result = try #require(try task.results(BulkResult<NewLostBacklinksItem>.self).first)
        #expect(result.itemsCount == 10 && result.items?.count == 10)
        #expect(result.items?.first { $0.target == "ibm.com" }?.lostBacklinks == 420_971)

        let domains = try DocumentSamples.jsonBlocks(of: .dataForSEOBulkNewLostReferringDomains)[0]
        let domainTask = try #require(try DataForSEOEnvelope(wire: JSONReader.value(Array(domains.utf8))).tasks?.first)
        let items = try #require(try domainTask.results(BulkResult<NewLostReferringDomainsItem>.self).first?.items)
        #expect(items[4].newReferringMainDomains == 301 && items[9].lostReferringDomains == 1545)
    }

    /// AIsa's pages print the names of a table as members: nothing that could be on the wire, and nothing is read from it.
    @Test func dottedNamesAreNothing() throws {
        let block = try DocumentSamples.jsonBlocks(of: .aisaHistory)[1]
        let envelope = try DataForSEOEnvelope(wire: JSONReader.value(Array(block.utf8)))
        #expect(envelope.statusCode == 123)
        #expect(envelope.tasks == [])
    }

    @Test func everySampleURLIsARequest() throws {
        let requests = try DocumentSamples.requests()
        #expect(requests.count == 38)
        for (name, query) in requests {
            let command = try #require(SEOPowerSuiteCommand(rawValue: name), "\(name)")
            let request = try SEOPowerSuiteRequest(command: command, queryItems: query)
            let known = query.filter { $0.0.lowercased() != "apikey" }.map { "\($0)=\($1)" }
            #expect(request.queryItems.map { "\($0)=\($1)" }.sorted() == known.sorted(), "\(name)")
        }
    }

    /// Our fixtures have the members of the documents' samples, in their order, with values of their kinds.
    @Test func fixturesAreLikeTheSamples() throws {
        for (document, types) in Self.expected {
            for (block, type) in zip(try DocumentSamples.jsonBlocks(of: document), types) where document != .aisaHistory
            {
                var names: [String: Set<[String]>] = [:]
                var kinds: [String: Set<String>] = [:]
                WireShapes.gather(try JSONReader.value(Array(block.utf8)), names: &names, kinds: &kinds)
                for fixture in try Fixture.all() where fixture.type == type && !fixture.name.contains(".extended") {
                    var ownNames: [String: Set<[String]>] = [:]
                    var ownKinds: [String: Set<String>] = [:]
                    WireShapes.gather(
                        try JSONReader.value(Array(fixture.text.utf8)), names: &ownNames, kinds: &ownKinds)
                    for (path, orders) in ownNames {
                        guard let theirs = names[path] else { continue }
                        let longest = theirs.max { $0.count < $1.count } ?? []
                        for order in orders {
                            let known = order.filter { name in longest.contains(name) }
                            #expect(longest.filter { known.contains($0) } == known, "\(fixture) \(path)")
                            if case .rows = type, path.hasSuffix("[]") { #expect(order == longest, "\(fixture)") }
                        }
                    }
                    for (path, own) in ownKinds {
                        guard let theirs = kinds[path] else { continue }
                        let mayBe = theirs.union(theirs.contains("null") ? ["text"] : ["null"])
                            .union(theirs.contains("real") ? ["integer"] : [])
                        #expect(own.isSubset(of: mayBe), "\(fixture) \(path): \(own), the document \(theirs)")
                    }
                }
            }
        }
    }
}
