import Foundation
import Glibc
import SnapshotStore
import Testing

struct SystemCallTests {
    /// A pipe takes 64 KiB at a time here, and less than it was asked to when it can't wait.
    @Test func whatDoesNotGoAtOnceGoesInPieces() throws {
        let pipe = Pipe()
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        let writer = Thread {
            _ = SystemCall.writeAll(bytes[...], to: pipe.fileHandleForWriting.fileDescriptor)
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        #expect(try pipe.fileHandleForReading.readToEnd() == Data(bytes))
    }

    @Test func theErrorIsReturned() throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        #expect(fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0)
        #expect(SystemCall.writeAll([], to: descriptor) == 0)
        #expect(SystemCall.writeAll([UInt8](repeating: 7, count: 1 << 20)[...], to: descriptor) == EAGAIN)
        #expect(SystemCall.writeAll([1], to: -1) == EBADF)
    }
}
