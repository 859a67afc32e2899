extension CoverageSet {
    /// Whether all links to every page of the ranges are in the snapshot.
    package func covers(_ wanted: [KeyRange]) -> Bool {
        if coversEverything { return true }
        // Ranges that touch were merged: one of them holds the whole of what is covered without a gap.
        return wanted.allSatisfy { wanted in
            guard let range = range(holding: wanted.lower.span) else { return false }
            return !isLess(range.upper.span, wanted.upper.span)
        }
    }

    /// Whether the snapshot says anything for sure about some page of the ranges.
    package func intersects(_ wanted: [KeyRange]) -> Bool {
        if coversEverything { return true }
        return wanted.contains { range in
            ranges.contains { isLess(range.lower.span, $0.upper.span) && isLess($0.lower.span, range.upper.span) }
        }
    }
}
