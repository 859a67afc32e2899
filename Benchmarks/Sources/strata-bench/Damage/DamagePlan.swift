import ArgumentParser

/// Which damage is done in which case. A case depends on its number and the seed alone, so that a run goes on behind one that ended it.
struct DamagePlan {
    enum Kind: String, CaseIterable, ExpressibleByArgument {
        /// One byte, anywhere.
        case flips
        /// Every byte of every file.
        case everyByte = "every-byte"
        /// Files cut at every 512 bytes.
        case cuts
        /// Neighbouring blocks of a column swapped.
        case blocks
    }

    private let files: [DamagedFile]
    private let mixer: Mixer
    /// The cases of each file begin with these; the last is the number of all. Empty for flips.
    private let starts: [Int]
    private let kind: Kind
    /// Ends of the files' bytes, laid one after another.
    private let ends: [Int]

    init(_ kind: Kind, _ files: [DamagedFile], seed: UInt64) {
        self.kind = kind
        self.files = files
        mixer = Mixer(seed: seed)
        var sum = 0
        ends = files.map {
            sum += $0.bytes.count
            return sum
        }
        var starts = [0]
        for file in files {
            let count =
                switch kind {
                case .flips: 0
                case .everyByte: file.bytes.count
                case .cuts: (file.bytes.count + 511) / 512
                case .blocks: max(file.blocks.count - 1, 0)
                }
            starts.append(starts[starts.count - 1] + count)
        }
        self.starts = starts
    }

    /// nil where there is no end of them.
    var caseCount: Int? { kind == .flips ? nil : starts[starts.count - 1] }

    func edit(_ number: Int) -> (file: DamagedFile, edit: DamagedFile.Edit) {
        let thing = UInt64(number)
        let mask = UInt8(1 + mixer.below(255, 1, thing))
        if kind == .flips {
            // Half by bytes, half by files: small files matter as much as large ones.
            if mixer.below(2, 2, thing) == 0 {
                let place = mixer.below(ends[ends.count - 1], 3, thing)
                let file = ends.partitioningIndex { $0 > place }
                return (files[file], .change(offset: place - (ends[file] - files[file].bytes.count), mask: mask))
            }
            let file = files[mixer.below(files.count, 4, thing)]
            return (file, .change(offset: mixer.below(file.bytes.count, 5, thing), mask: mask))
        }
        let index = starts.partitioningIndex { $0 > number } - 1
        let (file, place) = (files[index], number - starts[index])
        switch kind {
        case .flips, .everyByte: return (file, .change(offset: place, mask: mask))
        case .cuts: return (file, .cut(byteCount: place * 512))
        case .blocks: return (file, .swap(file.blocks[place], file.blocks[place + 1]))
        }
    }

    /// `count` different questions of `total`.
    func questions(_ number: Int, _ count: Int, of total: Int) -> [Int] {
        let first = mixer.below(total, 6, UInt64(number))
        return (0..<min(count, total)).map { (first + $0 * 5) % total }
    }
}

extension [Int] {
    /// The first index whose value the condition holds for; it must hold for all behind it too.
    fileprivate func partitioningIndex(_ holds: (Int) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
