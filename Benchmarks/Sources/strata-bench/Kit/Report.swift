import FoundationEssentials
import Glibc

/// Measurements as JSON, CSV and a Markdown table.
struct Report: Codable {
    var machine: Machine
    /// What the contenders have in common.
    var job: String
    var measurements: [Measurement]

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    /// One line a run, for notebooks.
    var csv: String {
        var lines = ["job,contender,run,seconds,elements,bytes,result_hash"]
        for found in measurements {
            for (run, seconds) in found.seconds.enumerated() {
                lines.append(
                    "\"\(job)\",\"\(found.name)\",\(run + 1),\(seconds),\(found.elementCount),"
                        + "\(found.byteCount),\(found.resultHash)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var markdown: String {
        var lines = [
            "\(machine.processor), \(machine.processorCount) processors, commit \(machine.commit)", "",
            "| | median | fastest–slowest | ns an element | GB/s | result | |", "|---|---|---|---|---|---|---|",
        ]
        for found in measurements {
            let figures = found.figures.sorted { $0.key < $1.key }.map { "\($0.key) \(Self.short($0.value))" }
            lines.append(
                "| \(found.name) | \(Self.time(found.median)) | \(Self.time(found.fastest))–\(Self.time(found.slowest)) | "
                    + "\(found.nanosecondsPerElement.map(Self.short) ?? "") | "
                    + "\(found.gigabytesPerSecond.map(Self.short) ?? "") | \(found.resultHash) | "
                    + "\(figures.joined(separator: ", ")) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<1e-3: "\(short(seconds * 1e6)) µs"
        case ..<1: "\(short(seconds * 1e3)) ms"
        default: "\(short(seconds)) s"
        }
    }

    /// Three significant digits.
    static func short(_ value: Double) -> String {
        guard value.isFinite, value != 0 else { return "\(value)" }
        let magnitude = value.magnitude
        if magnitude < 1e-3 || magnitude >= 1e6 {
            let exponent = Int(log10(magnitude).rounded(.down))
            return "\(short(value / pow(10, Double(exponent))))e\(exponent)"
        }
        let places = max(0, 2 - Int(log10(magnitude).rounded(.down)))
        let unit = pow(10, Double(places))
        let rounded = (value * unit).rounded() / unit
        return places == 0 ? "\(Int(rounded))" : "\(rounded)"
    }
}
