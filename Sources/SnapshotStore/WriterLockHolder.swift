import Glibc
import Synchronization

/// Who holds a writer's lock, as writer.lock says it: three lines, the process id, the time since when, the command. Only
/// for messages: whether the lock is held, the kernel knows.
///
/// Safety: `pread` and `pwrite` get an array's memory with its size, within the closure that lends it.
package struct WriterLockHolder: CustomStringConvertible {
    let processID: Int32
    /// "2026-11-21T09:29:14Z"
    let since: String
    /// "strata import csv"
    let command: String

    private static let commandName = Mutex("")

    /// What this process calls what it does, for those who find the lock taken.
    package static func nameCommand(_ name: String) { commandName.withLock { $0 = name } }

    /// - isBrief: whoever finds the lock taken does well to wait.
    static func current(isBrief: Bool) -> WriterLockHolder {
        let command = commandName.withLock { $0 }
        return WriterLockHolder(
            processID: getpid(), since: currentTimestamp(), command: isBrief ? command + briefEnding : command)
    }

    private static let briefEnding = ", storing a rank"

    var isBrief: Bool { command.hasSuffix(Self.briefEnding) }

    package var description: String {
        let facts = [command, since.isEmpty ? "" : "since \(since)"].filter { !$0.isEmpty }
        return "process \(processID)" + (facts.isEmpty ? "" : " (\(facts.joined(separator: ", ")))")
    }

    /// A disk may be too full for it: that must not keep anybody from removing a snapshot.
    func write(to descriptor: Int32) {
        let text = Array("\(processID)\n\(since)\n\(command)\n".utf8)
        var done = 0
        // What a dead process left may be longer.
        guard SystemCall.retried({ ftruncate(descriptor, 0) }) == 0 else { return }
        while done < text.count {
            let written = SystemCall.retried {
                unsafe text[done...].withUnsafeBytes {
                    unsafe pwrite(descriptor, $0.baseAddress, $0.count, off_t(done))
                }
            }
            if written <= 0 { return }
            done += written
        }
    }

    /// Who holds the lock on the file, which isn't ours; nil when it doesn't say.
    static func find(_ descriptor: Int32) -> WriterLockHolder? {
        for _ in 0..<attemptCount {
            // The text is a dead process's, or none, until the holder has written its own.
            if let holder = read(descriptor), kill(holder.processID, 0) == 0 || errno != ESRCH { return holder }
            usleep(microseconds)
        }
        return read(descriptor)
    }

    private static let attemptCount = 20
    private static let microseconds: UInt32 = 5_000

    private static func read(_ descriptor: Int32) -> WriterLockHolder? {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = SystemCall.retried {
            unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        }
        let lines = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // The last piece is what follows the last line's end: an older version wrote the process id alone.
        guard lines.count == 2 || lines.count == 4, let number = Int32(String(decoding: lines[0], as: UTF8.self)),
            number > 0
        else { return nil }
        // Anybody may write to the file, and terminals obey some bytes.
        let texts = lines.dropFirst().map { line in
            String(decoding: line.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
        }
        return WriterLockHolder(
            processID: number, since: lines.count == 4 ? texts[0] : "", command: lines.count == 4 ? texts[1] : "")
    }
}
