import SnapshotImport
import SnapshotStore

/// What an import says at its end: a report for people on standard error, one row of figures as the answer.
enum ImportSummary {
    static let columns: [OutputColumn] = [
        .text("id"), .number("rows_read"), .number("rows_rejected"), .number("rows_merged"), .number("links"),
        .number("pages"), .number("hosts"), .number("domains"), .number("bytes"),
    ]

    static func open(_ global: GlobalOptions, _ progress: ProgressBar) throws -> TableOutput {
        try global.openTable(columns, progress: progress)
    }

    static func finish(_ report: ImportReport, seconds: Double, _ table: TableOutput) throws {
        for line in lines(report, seconds: seconds) { Message.line(line) }
        let counts = report.manifest.counts
        try table.append([
            .text(report.manifest.id), .count(counts.rowsRead), .count(counts.rowsRejected),
            .count(counts.rowsMerged), .count(counts.links), .count(counts.pages), .count(counts.hosts),
            .count(counts.domains), .count(report.manifest.storedByteCount),
        ])
        try table.finish()
    }

    static func lines(_ report: ImportReport, seconds: Double) -> [String] {
        let counts = report.manifest.counts
        var lines = report.recognised
        lines += report.notes.map { "note: \($0)" }
        if counts.rowsRejected > 0 {
            let share = 100 * Double(counts.rowsRejected) / Double(max(1, counts.rowsRead))
            lines.append("\(Readable.count(counts.rowsRejected, "row")) rejected (\(Readable.decimals(share, 2)) %):")
            lines += report.rejections.map { "  \(Readable.count($0.count)) × \($0.reason)" }
            if !report.firstRejections.isEmpty {
                lines.append(
                    report.firstRejections.count < Int(clamping: counts.rowsRejected)
                        ? "the first \(report.firstRejections.count):" : "namely:")
                lines += report.firstRejections.map { "  \($0)" }
            }
        }
        var size = "\(Readable.bytes(report.manifest.storedByteCount))"
        if counts.links > 0 {
            size +=
                ", \(Readable.decimals(Double(report.manifest.storedByteCount) / Double(counts.links), 2)) bytes a link"
        }
        let rate = seconds > 0 ? Readable.count(UInt64(Double(counts.rowsRead) / seconds)) : "?"
        lines.append(
            """
            \(report.manifest.id): \(Readable.count(counts.rowsRead, "row")) in \(Readable.decimals(seconds, 1)) s \
            (\(rate) rows/s), \(Readable.count(counts.links, "link")) (\(Readable.count(counts.rowsMerged)) merged), \(size)
            """)
        return lines
    }
}
