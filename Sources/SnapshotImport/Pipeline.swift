import Kernels
import Synchronization

/// What is made piece by piece.
protocol PieceMaker: AnyObject, Sendable {
    associatedtype Piece: Sendable
    /// nil after the last one. Not called by two threads at once.
    func next() throws -> Piece?
}

/// Two steps of work on different threads.
enum Pipeline {
    /// Uses all pieces in order, each while the next one is made.
    static func run<Maker: PieceMaker>(
        _ maker: Maker, threads: Int, use: @escaping (Maker.Piece) throws -> Void
    ) throws {
        guard threads > 1 else {
            while let piece = try maker.next() { try use(piece) }
            return
        }
        // Safety: either step is one thread's at a time, and a round ends before the next one begins. The two share
        // nothing but pieces (RunMerge: the maker has the runs and their maps, `use` has the sink).
        nonisolated(unsafe) let use = use
        var next = try maker.next()
        while let piece = next {
            let made = Mutex<Maker.Piece?>(nil)
            try Parallel.forEach(2, threads: 2) { step in
                if step == 0 { return try unsafe use(piece) }
                let following = try maker.next()
                made.withLock { $0 = following }
            }
            next = made.withLock { $0 }
        }
    }
}
