import Glibc
import Synchronization

/// What a fetch may still spend, shared by its connections. What a request could cost at most is set aside before it is
/// sent; what it did cost is settled after.
final class FetchBudget: Sendable {
    /// Rows that a request may bring.
    struct Grant: Sendable {
        let command: String
        let rowCount: Int
        fileprivate let cost: Money
    }

    private struct State {
        var spentRows = 0
        var spentCost = Money.zero
        var grantedRows = 0
        var grantedCost = Money.zero
        var grantCount = 0
    }

    private let prices: PriceTable.ProviderPrices?
    private let maxRows: Int?
    private let maxCost: Money?
    private let state = Mutex(State())

    init(prices: PriceTable.ProviderPrices?, maxRows: Int?, maxCost: Money?) {
        self.prices = prices
        self.maxRows = maxRows
        self.maxCost = maxCost
    }

    var isLimited: Bool { maxRows != nil || maxCost != nil }

    /// The cost of a request that brought so many rows; nil without a price.
    func cost(of command: String, rows: Int) -> Money? { prices?.commands[command]?.cost(rows: rows) }

    /// What an earlier run of the same fetch spent.
    func spend(rows: Int, cost: Money) {
        state.withLock {
            $0.spentRows = .saturated($0.spentRows, plus: rows)
            $0.spentCost = $0.spentCost + cost
        }
    }

    /// Sets aside a request of up to `rows` rows, fewer when only fewer fit; nil when not one does. Waits while requests of
    /// other connections are under way that may leave more than they set aside.
    func grant(_ command: String, rows wanted: Int) -> Grant? {
        let wanted = min(wanted, OutsideCount.range.upperBound)
        while true {
            let (grant, mayGrow) = state.withLock { state -> (Grant?, Bool) in
                let fitting = min(wanted, Self.fitting(state, maxRows, maxCost, prices?.commands[command]))
                if fitting < wanted && state.grantCount > 0 { return (nil, true) }
                guard fitting > 0 else { return (nil, false) }
                let cost = prices?.commands[command]?.cost(rows: fitting) ?? .zero
                state.grantedRows += fitting
                state.grantedCost = state.grantedCost + cost
                state.grantCount += 1
                return (Grant(command: command, rowCount: fitting, cost: cost), false)
            }
            guard mayGrow else { return grant }
            usleep(5_000)
        }
    }

    /// - Returns: what the request cost; nil without a price.
    @discardableResult
    func settle(_ grant: Grant, rows: Int) -> Money? {
        let cost = cost(of: grant.command, rows: rows)
        state.withLock { state in
            Self.release(grant, &state)
            state.spentRows = .saturated(state.spentRows, plus: rows)
            state.spentCost = state.spentCost + (cost ?? .zero)
        }
        return cost
    }

    /// The request failed: nothing is known to have been charged.
    func cancel(_ grant: Grant) {
        state.withLock { Self.release(grant, &$0) }
    }

    private static func release(_ grant: Grant, _ state: inout State) {
        state.grantedRows -= grant.rowCount
        state.grantedCost = state.grantedCost - grant.cost
        state.grantCount -= 1
    }

    private static func fitting(
        _ state: State, _ maxRows: Int?, _ maxCost: Money?, _ price: PriceTable.Price?
    ) -> Int {
        var rows = Int.max
        if let maxRows {
            rows = max(0, .saturated(maxRows, plus: -max(0, .saturated(state.spentRows, plus: state.grantedRows))))
        }
        if let maxCost, let price {
            let left = maxCost - state.spentCost - state.grantedCost - price.perRequest
            if left < .zero {
                rows = 0
            } else if price.perRow > .zero {
                rows = min(rows, Int(left.billionths / price.perRow.billionths))
            }
        }
        return rows
    }
}
