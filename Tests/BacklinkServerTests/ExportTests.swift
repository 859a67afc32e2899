import BacklinkContracts
import Foundation
import LinkModel
import TestSupport
import Testing

@testable import BacklinkServer

/// download-all-backlinks, its status and its file.
@Suite struct ExportTests {
    /// Ends when the task is complete.
    private func finished(_ fixture: ServerFixture, _ id: String) async throws -> ExportTask {
        for _ in 0..<2_000 {
            let task = try ExportTask(wire: fixture.get("download-all-backlinks-status", "task_id=\(id)").json())
            if task.status == .complete || task.status == .unknown { return task }
            try await Task.sleep(nanoseconds: 2_000_000)
        }
        return ExportTask()
    }

    private func download(_ fixture: ServerFixture, _ url: String) throws -> Reply {
        let path = url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }.split(separator: "?", maxSplits: 1)
        return try fixture.send(
            ServerRequest("GET", String(path[0]), query: path.count > 1 ? String(path[1]) : ""))
    }

    @Test(arguments: [false, true]) func theFlow(_ isExtended: Bool) async throws {
        let fixture = try ServerFixture()
        let headers = isExtended ? [ServerRequest.Header("prefer", "strata-columns=all")] : []
        let queued = try fixture.get("download-all-backlinks", "target=https://T.com&mode=domain", headers: headers)
        let task = try ExportTask(wire: queued.json())
        #expect(task.status == .queued && task.downloadFile == nil)
        let complete = try await finished(fixture, try #require(task.taskID))
        #expect(complete.status == .complete && complete.taskID == task.taskID)
        let url = try #require(complete.downloadFile)
        #expect(url.wholeMatch(of: /http:\/\/127\.0\.0\.1\/export\/c\/t\.com-\d{13}\.csv\.gz/) != nil, "\(url)")
        let file = try download(fixture, url)
        #expect(file.status == 200 && file.header("Content-Type") == "application/gzip")
        let folder = try TemporaryDirectory()
        let lines = try unzipped(file.bytes, in: folder).split(separator: "\n")
        #expect(
            lines.first
                == Substring((isExtended ? BacklinkCSV.extendedHeader : BacklinkCSV.header).joined(separator: ",")))
        var expected: [UInt8] = []
        let raw = try fixture.get("get-raw-backlinks", "target=t.com&mode=domain", headers: headers)
        for row in try raw.rows(.getRawBacklinks, BacklinkRow.self) {
            BacklinkCSV.appendRow(row, extended: isExtended, to: &expected)
        }
        #expect(lines.dropFirst().joined(separator: "\n") + "\n" == String(decoding: expected, as: UTF8.self))
    }

    private func unzipped(_ bytes: [UInt8], in folder: TemporaryDirectory) throws -> String {
        let path = try folder.write(bytes, to: "export.csv.gz")
        return String(decoding: try GunzippedFile.bytes(path), as: UTF8.self)
    }

    /// One export of a target at a time; rejected ones have no id.
    @Test func exportsOfOneTargetWait() async throws {
        let workers = Workers(threadCount: 1, waitingLimit: 2)
        let fixture = try ServerFixture { $0.exportWorkers = workers }
        let gate = Gate()
        #expect(workers.enqueue { gate.wait() })
        try await gate.begun()
        let first = try ExportTask(wire: fixture.get("download-all-backlinks", "target=t.com&mode=domain").json())
        let id = try #require(first.taskID)
        #expect(
            try ExportTask(wire: fixture.get("download-all-backlinks-status", "task_id=\(id)").json()).status == .queued
        )
        let second = try fixture.get("download-all-backlinks", "target=t.com&mode=domain")
        #expect(second.text == #"{"task_status":"rejected"}"#)
        let other = try ExportTask(wire: fixture.get("download-all-backlinks", "target=t.com&mode=host").json())
        #expect(other.status == .queued)
        // The queue is full now.
        #expect(try fixture.get("download-all-backlinks", "target=other.com").status == 503)
        gate.open()
        #expect(try await finished(fixture, id).status == .complete)
        #expect(try await finished(fixture, try #require(other.taskID)).status == .complete)
        let again = try ExportTask(wire: fixture.get("download-all-backlinks", "target=t.com&mode=domain").json())
        #expect(again.status == .queued && again.taskID != id)
        #expect(try await finished(fixture, try #require(again.taskID)).status == .complete)
    }

    /// Decision 36, and the day that files are kept.
    @Test func unknownAndOldTasks() async throws {
        let fixture = try ServerFixture()
        let unknown = try fixture.get("download-all-backlinks-status", "task_id=602c775d&output=json")
        #expect(unknown.status == 200)
        #expect(unknown.text.contains(#""task_status":"task id is unknown or deleted""#))
        #expect(try fixture.get("download-all-backlinks-status").error().explanation == "Parameter task_id is missing.")
        let task = try ExportTask(wire: fixture.get("download-all-backlinks", "target=t.com").json())
        let complete = try await finished(fixture, try #require(task.taskID))
        let url = try #require(complete.downloadFile)
        #expect(try download(fixture, url).status == 200)
        fixture.clock.add(hours: 23)
        #expect(try download(fixture, url).status == 200)
        fixture.clock.add(hours: 2)
        #expect(try download(fixture, url).status == 404)
        let status = try fixture.get("download-all-backlinks-status", "task_id=\(try #require(task.taskID))")
        #expect(try ExportTask(wire: status.json()).status == .unknown)
    }

    /// The oldest files make room; the newest stays.
    @Test func filesHaveALimitInAll() async throws {
        let fixture = try ServerFixture { $0.exportByteLimit = 1 }
        var urls: [String] = []
        for mode in ["host", "domain"] {
            let task = try ExportTask(wire: fixture.get("download-all-backlinks", "target=t.com&mode=\(mode)").json())
            let id = try #require(task.taskID)
            let url = try #require(try await finished(fixture, id).downloadFile)
            #expect(try download(fixture, url).status == 200)
            urls.append(url)
        }
        #expect(try download(fixture, urls[0]).status == 404)
    }

    /// The document knows no failed export: the log says why the task is unknown.
    @Test func failuresAreLogged() async throws {
        let fixture = try ServerFixture(rows: [])
        // Has no backlinks to export.
        let numbers = try fixture.store.add(edges: [(from: 1, to: 2)], date: ServerFixture.day("2026-11-01"))
        let folder = try TemporaryDirectory()
        let log = try AccessLog(appendingTo: folder.path("access.log"))
        let tasks = ExportTasks(
            Workers(threadCount: 1, waitingLimit: 1), byteLimit: 1, clock: { 0 }, report: { log.append(note: $0) })
        let task = try tasks.queue(fixture.engine, numbers, Target("t.com"), isExtended: false)
        let id = try #require(task.taskID)
        while tasks.entry(id) != nil { try await Task.sleep(nanoseconds: 2_000_000) }
        await log.flush()
        let line = try String(contentsOfFile: folder.path("access.log"), encoding: .utf8)
        #expect(line.contains(" (export of t.com failed: ") && line.hasSuffix(")\n"), "\(line)")
        tasks.stop()
    }

    @Test func theAddressStandsForTheKey() async throws {
        let fixture = try ServerFixture { $0.key = KeyCheck("abc") }
        let headers = [ServerRequest.Header("authorization", "Bearer abc"), .init("host", "strata.example:99")]
        func get(_ command: String, _ query: String) throws -> ExportTask {
            try ExportTask(wire: fixture.get(command, query, headers: headers).json())
        }
        let id = try #require(try get("download-all-backlinks", "target=t.com").taskID)
        var task = ExportTask()
        while task.status != .complete {
            task = try get("download-all-backlinks-status", "task_id=\(id)")
            try await Task.sleep(nanoseconds: 2_000_000)
        }
        let url = try #require(task.downloadFile)
        #expect(url.hasPrefix("http://strata.example:99/export/c/t.com-"))
        #expect(try download(fixture, url).status == 200)
        #expect(try download(fixture, String(url.dropLast())).status == 401)
        #expect(try download(fixture, String(url.prefix { $0 != "?" })).status == 401)
        #expect(try download(fixture, "\(url.prefix { $0 != "?" })?apikey=abc").status == 200)
    }

    @Test(arguments: [
        ("https://www.Example.com:8080/a?b", "www.example.com_8080"), ("bücher.de", "b__cher.de"), ("../x", "target.."),
        ("", "target"),
    ])
    func fileNames(_ text: String, _ name: String) throws {
        guard let target = try? Target(text, mode: .host) else { return }
        #expect(ExportFolder.safeName(target) == name)
    }
}
