import SnapshotStore

/// One thread's part in reading a file: turns chunks of it into pieces of rows.
protocol ChunkDecoding: ~Copyable {
    associatedtype Source: ChunkSource
    var chunk: Source.Chunk { get set }
    var piece: RowPiece { get set }
    var builder: SnapshotBuilder { get }
    /// Puts the chunk's rows into the piece; `place` is the chunk's among all of the file.
    mutating func decode(_ place: Int) -> ChunkReport
}

extension ChunkDecoding where Self: ~Copyable {
    /// Decodes chunks until the feed has none for this round, and appends their rows.
    mutating func run(_ feed: ChunkFeed<Source>, _ report: (ChunkReport) -> Void) {
        do throws(ChunkFailure) {
            while let place = try feed.next(&chunk) {
                report(decode(place))
                builder.append(&piece)
            }
        } catch {
            var last = ChunkReport(place: error.place)
            last.failure = error.error
            report(last)
        }
    }
}

/// Lets one thread after another have a decoder.
@safe
final class ChunkDecoderBox<Decoder: ChunkDecoding & ~Copyable>: @unchecked Sendable {
    private var decoder: Decoder

    init(_ decoder: consuming Decoder) {
        self.decoder = decoder
    }

    func run(_ feed: ChunkFeed<Decoder.Source>, _ report: (ChunkReport) -> Void) {
        decoder.run(feed, report)
    }
}
