import Glibc

/// The scanning kernel of RecordReader: raw bytes in, field ranges out. Positions count from the record's first byte,
/// so that the caller may move the record in memory between two calls and go on.
///
/// Safety: RecordReader says how many bytes of the record there are, and between two calls they don't get fewer. Each
/// search ends there, and `position` is compared with the number before a byte is read; what is written (doubled quotes
/// made single) lies before `position`.
@safe struct CSVScan {
    enum Outcome {
        /// The record ends; `position` is the first byte after its line end.
        case record
        /// Every byte was looked at and the record goes on.
        case needsMore
        /// The input ended inside a quoted field.
        case unterminatedQuote
        /// The record goes on after as many fields as may be.
        case tooManyFields
    }

    /// Where a field's content lies, from the record's first byte on; quotes are left out, doubled ones made single.
    struct Field: Equatable {
        var start: Int
        var end: Int
    }

    private enum Place { case fieldStart, plain, quoted, afterQuote }

    var delimiter: UInt8
    private let fieldLimit: Int
    private(set) var position = 0
    private(set) var fields: [Field] = []
    /// Line ends inside quoted fields so far.
    private(set) var quotedLineEndCount = 0
    /// quotedLineEndCount where the current quoted field began.
    private(set) var lineEndCountAtQuote = 0
    /// A quoted field was followed by something else than a delimiter or a line end.
    private(set) var hasTextAfterQuote = false
    private(set) var fieldStart = 0
    /// The record holds a quoted field: an empty one isn't a blank line.
    private(set) var hasQuotes = false
    private var place = Place.fieldStart
    private var segmentStart = 0
    private var hasDoubledQuotes = false

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed: UInt8 = 10
    private static let carriageReturn: UInt8 = 13

    init(delimiter: UInt8, fieldLimit: Int = .max) {
        self.delimiter = delimiter
        self.fieldLimit = fieldLimit
    }

    mutating func beginRecord() {
        position = 0
        fields.removeAll(keepingCapacity: true)
        quotedLineEndCount = 0
        hasTextAfterQuote = false
        hasQuotes = false
        place = .fieldStart
        fieldStart = 0
    }

    /// Scans on from `position`. `count` bytes are there; `isFinal`: the input ends after them.
    mutating func scan(_ bytes: UnsafeMutablePointer<UInt8>, count: Int, isFinal: Bool) -> Outcome {
        while true {
            switch place {
            case .fieldStart:
                fieldStart = position
                guard position < count else { return unsafe atEnd(bytes, isFinal) }
                place = .plain
                if unsafe bytes[position] == CSVScan.quote {
                    position &+= 1
                    segmentStart = position
                    hasDoubledQuotes = false
                    hasQuotes = true
                    lineEndCountAtQuote = quotedLineEndCount
                    place = .quoted
                }
            case .plain:
                position = unsafe CSVScan.plainEnd(bytes, from: position, to: count, delimiter: delimiter)
                guard position < count else { return unsafe atEnd(bytes, isFinal) }
                if let outcome = unsafe endField(bytes, count: count, isFinal: isFinal, contentEnd: position) {
                    return outcome
                }
            case .quoted:
                guard let found = unsafe memchr(bytes + position, Int32(CSVScan.quote), count - position) else {
                    position = count
                    return isFinal ? .unterminatedQuote : .needsMore
                }
                position = unsafe UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - UnsafePointer(bytes)
                unsafe countLineEnds(bytes, from: segmentStart, to: position)
                position &+= 1
                place = .afterQuote
            case .afterQuote:
                guard position < count else { return unsafe atEnd(bytes, isFinal) }
                let byte = unsafe bytes[position]
                if byte == CSVScan.quote {
                    hasDoubledQuotes = true
                    position &+= 1
                    segmentStart = position
                    place = .quoted
                } else if byte == delimiter || byte == CSVScan.lineFeed || byte == CSVScan.carriageReturn {
                    if let outcome = unsafe endField(bytes, count: count, isFinal: isFinal, contentEnd: position - 1) {
                        return outcome
                    }
                } else {
                    hasTextAfterQuote = true
                    place = .plain
                }
            }
        }
    }

    /// The bytes are used up: the end of the input ends the field and the record.
    private mutating func atEnd(_ bytes: UnsafeMutablePointer<UInt8>, _ isFinal: Bool) -> Outcome {
        guard isFinal else { return .needsMore }
        unsafe appendField(bytes, contentEnd: place == .afterQuote ? position &- 1 : position)
        return .record
    }

    private mutating func appendField(_ bytes: UnsafeMutablePointer<UInt8>, contentEnd: Int) {
        if place == .afterQuote {
            let end = hasDoubledQuotes ? unsafe undouble(bytes, from: fieldStart &+ 1, to: contentEnd) : contentEnd
            fields.append(Field(start: fieldStart &+ 1, end: end))
        } else {
            fields.append(Field(start: fieldStart, end: contentEnd))
        }
    }

    /// At a delimiter or line end. nil: the record goes on.
    private mutating func endField(
        _ bytes: UnsafeMutablePointer<UInt8>, count: Int, isFinal: Bool, contentEnd: Int
    ) -> Outcome? {
        let byte = unsafe bytes[position]
        var lineEndByteCount = 1
        if byte == CSVScan.carriageReturn {
            if position &+ 1 < count {
                if unsafe bytes[position &+ 1] == CSVScan.lineFeed { lineEndByteCount = 2 }
            } else if !isFinal {
                // The next byte tells whether this is CR or CRLF.
                return .needsMore
            }
        }
        unsafe appendField(bytes, contentEnd: contentEnd)
        position &+= lineEndByteCount
        place = .fieldStart
        if byte == delimiter { return fields.count < fieldLimit ? nil : .tooManyFields }
        return .record
    }

    /// Makes doubled quotes single, in place; returns the new end.
    private func undouble(_ bytes: UnsafeMutablePointer<UInt8>, from start: Int, to end: Int) -> Int {
        var source = start
        var target = start
        while source < end {
            let byte = unsafe bytes[source]
            unsafe bytes[target] = byte
            target &+= 1
            source &+= byte == CSVScan.quote ? 2 : 1
        }
        return target
    }

    private mutating func countLineEnds(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) {
        var index = start
        while index < end {
            let byte = unsafe bytes[index]
            if byte == CSVScan.lineFeed {
                quotedLineEndCount &+= 1
            } else if byte == CSVScan.carriageReturn {
                quotedLineEndCount &+= 1
                if index &+ 1 < end, unsafe bytes[index &+ 1] == CSVScan.lineFeed { index &+= 1 }
            }
            index &+= 1
        }
    }

    /// The first delimiter or line end in start ..< end, or end. Eight bytes at a time: a byte of
    /// `(v − 0x01…) & ~v & 0x80…` is set where v has a zero byte; false hits occur only above a true one.
    private static func plainEnd(
        _ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int, delimiter: UInt8
    ) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let delimiters = ones &* UInt64(delimiter)
        let lineFeeds = ones &* UInt64(lineFeed)
        let carriageReturns = ones &* UInt64(carriageReturn)
        var index = start
        while index &+ 8 <= end {
            let word = unsafe UInt64(littleEndian: UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self))
            let a = word ^ delimiters
            let b = word ^ lineFeeds
            let c = word ^ carriageReturns
            let hits = (((a &- ones) & ~a) | ((b &- ones) & ~b) | ((c &- ones) & ~c)) & tops
            if hits != 0 { return index &+ hits.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < end {
            let byte = unsafe bytes[index]
            if byte == delimiter || byte == lineFeed || byte == carriageReturn { return index }
            index &+= 1
        }
        return end
    }
}
