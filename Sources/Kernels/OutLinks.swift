/// Where the nodes of a range link to, in short. 6 bytes a node.
package struct OutLinks: Sendable, Equatable {
    /// Nodes are compared with the others of their group: `groupNodeCount` nodes whose first is a multiple of it.
    package static let groupNodeCount = 1_024

    /// How many nodes each node links to.
    package var degrees: [UInt32]
    /// How far before each node the first one of its group is that links to the same nodes; 0 for that one itself, and
    /// for nodes without out-links.
    package var distances: [UInt16]

    package init(degrees: [UInt32] = [], distances: [UInt16] = []) {
        precondition(degrees.count == distances.count)
        self.degrees = degrees
        self.distances = distances
    }

    /// The number of (from, to) pairs.
    package var pairCount: UInt64 { degrees.reduce(0) { $0 + UInt64($1) } }

    /// What a node is to the lists that name it.
    package enum Kind {
        /// Without out-links: no list names it.
        package static let none: UInt8 = 0
        /// The first with its out-links in its group.
        package static let first: UInt8 = 1
        /// It links to the same nodes as an earlier one.
        package static let repeated: UInt8 = 2
    }

    /// One for each node.
    /// Safety: each node's place is written once, in memory of as many elements as there are degrees.
    package var kinds: [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: degrees.count) { kinds, count in
            for node in degrees.indices {
                let kind = degrees[node] == 0 ? Kind.none : distances[node] == 0 ? Kind.first : Kind.repeated
                unsafe kinds.initializeElement(at: node, to: kind)
            }
            count = degrees.count
        }
    }
}
