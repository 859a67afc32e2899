import LinkModel
import SnapshotStore
import Synchronization

/// The scores of one level's nodes by the default parameters. Those in memory are used; else stored ones are read where they
/// are asked for, since most questions are about a hundred nodes of millions; else they are computed.
///
/// A damaged block of stored ranks, found when it is read, has them computed anew (and replaced), as a damaged rank that is
/// read as a whole: the bits are the same.
final class InlinkScores: Sendable {
    private let engine: Engine
    private let snapshot: Snapshot
    private let parameters: RankParameters
    private let known: RankResult?
    private let stored: (ranks: StoredDoubles, floor: Double)?
    /// In place of damaged ones.
    private let repaired = Mutex<RankResult?>(nil)

    init(_ engine: Engine, _ snapshot: Snapshot, _ level: RankLevel) throws {
        self.engine = engine
        self.snapshot = snapshot
        parameters = RankParameters(level: level)
        if let result = engine.recentRanks.result(snapshot, parameters) {
            (stored, known) = (nil, result)
        } else if let column = try snapshot.storedRankColumn(parameters) {
            (stored, known) = (column, nil)
        } else {
            (stored, known) = (nil, try engine.rank(snapshot, parameters))
        }
    }

    func score(_ node: Int) throws -> Double {
        if let known { return known.score(node) }
        if let stored {
            do {
                let rank = try stored.ranks.value(at: node)
                if rank >= 0 && rank.isFinite { return parameters.level.score(floorRatio: rank / stored.floor) }
            } catch let error as StoreError where error.kind == .corrupt {
            }
        }
        return try repaired.withLock { repaired in
            let result = try repaired ?? engine.rank(snapshot, parameters)
            repaired = result
            return result.score(node)
        }
    }
}
