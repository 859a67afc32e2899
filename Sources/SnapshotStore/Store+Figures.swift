extension Store {
    /// All stored figures, ascending by provider, endpoint, target, mode, date and date from, whose subjects are distinct:
    /// of several with one subject the one that was fetched last. Read anew from disk at each call. Throws .corrupt,
    /// naming the file, when one is damaged.
    package func providerFigures() throws -> [ProviderFigure] {
        var latest: [ProviderFigure.Subject: ProviderFigure] = [:]
        for path in try figurePaths() {
            for figure in try ProviderFigureFile.read(path).file.figures {
                // Files are in the order in which they were written: of equal times the later one counts.
                if let known = latest[figure.subject], known.fetchedAt > figure.fetchedAt { continue }
                latest[figure.subject] = figure
            }
        }
        return latest.sorted { $0.key < $1.key }.map(\.value)
    }

    /// All files of figures in the order in which they were written, each with where it came from.
    package func providerFigureFiles() throws -> [(source: Manifest.Provenance, figures: [ProviderFigure])] {
        try figurePaths().map { path in
            let file = try ProviderFigureFile.read(path).file
            return (file.source, file.figures)
        }
    }

    /// Stores the figures in a new file; what is there is never changed. Takes the writer's lock. No figures, no file.
    /// - source: where they came from; `importedAt` is set here when it is empty.
    /// Throws .cannotCreate when a figure has no valid dates or names.
    package func addProviderFigures(_ figures: [ProviderFigure], source: Manifest.Provenance) throws {
        guard !figures.isEmpty else { return }
        for figure in figures {
            guard let fault = figure.fault else { continue }
            throw StoreError(
                .cannotCreate, "a figure of \(figure.provider) \(figure.endpoint) for \(figure.target) has \(fault).")
        }
        let lock = try WriterLock(store: path)
        defer { lock.release() }
        let directory = try figureDirectory()
        var source = source
        if source.importedAt.isEmpty { source.importedAt = currentTimestamp() }
        let name = try nextFigureName()
        try FileSystem.replace(
            "\(directory)/\(name)", with: SealedJSON.encode(ProviderFigureFile(source: source, figures: figures)))
    }

    /// Adds files of figures of another store, but for those whose bytes are here. A damaged file of the same name is replaced;
    /// where a sound one stands, the next free number is taken. Takes the writer's lock.
    /// - Returns: how many were added.
    func addFigureFiles(_ files: [(name: String, bytes: [UInt8])]) throws -> Int {
        let lock = try WriterLock(store: path)
        defer { lock.release() }
        let directory = try figureDirectory()
        var known: Set<[UInt8]> = []
        var damaged: Set<String> = []
        for name in try presentFigureFileNames() {
            do {
                _ = try ProviderFigureFile.read("\(directory)/\(name)")
                known.insert(try FileSystem.read("\(directory)/\(name)", limit: .max))
            } catch let error as StoreError where error.kind == .corrupt {
                damaged.insert(name)
            }
        }
        var added = 0
        for (name, bytes) in files {
            let isThere = try FileSystem.exists("\(directory)/\(name)")
            let last = try lastFigureNumber()
            let number = ProviderFigureFile.number(ofName: name) ?? .max
            // A file that is missing among others is brought back also when its figures stand elsewhere, and no gap is made.
            let isMissing = !isThere && number < last
            guard !known.contains(bytes) || isMissing else { continue }
            let takesPlace = damaged.contains(name) || !isThere && number <= last + 1
            try FileSystem.replace("\(directory)/\(takesPlace ? name : nextFigureName())", with: bytes)
            known.insert(bytes)
            damaged.remove(name)
            added += 1
        }
        return added
    }

    /// For holders of the lock.
    private func nextFigureName() throws -> String {
        let directory = try figureDirectory()
        guard let name = try ProviderFigureFile.name(ofNumber: lastFigureNumber() + 1) else {
            throw StoreError(.cannotCreate, "\(directory) has no number left for a further file.")
        }
        return name
    }

    /// 0 when there is none.
    private func lastFigureNumber() throws -> Int {
        try presentFigureFileNames().compactMap(ProviderFigureFile.number).max() ?? 0
    }

    /// The folder of figures, which is there then, without what a writer left that died. For holders of the lock.
    private func figureDirectory() throws -> String {
        let directory = "\(path)/\(ProviderFigureFile.directory)"
        try FileSystem.makeDirectory(directory)
        // What is there may be a writer's that died before it was on the disk.
        try FileSystem.sync(directory)
        try FileSystem.sync(path)
        for name in try FileSystem.entries(directory) where name.hasSuffix(".tmp") {
            try FileSystem.unlink("\(directory)/\(name)")
        }
        return directory
    }

    /// Checks every file of figures; returns the number of bytes checked, nil when the store has none, throws the first
    /// fault. A file with another name is a fault too.
    package func verifyFigures() throws -> UInt64? {
        guard let directory = try presentFigureDirectory() else { return nil }
        for name in try FileSystem.entries(directory)
        where ProviderFigureFile.number(ofName: name) == nil && !name.hasSuffix(".tmp") {
            throw StoreError(
                .corrupt,
                "\(directory)/\(name): not a file of figures (00000001.json …). Delete it, if you left it there.")
        }
        let paths = try figurePaths()
        return paths.isEmpty ? nil : try paths.reduce(0) { try $0 + ProviderFigureFile.read($1).byteCount }
    }

    private func figurePaths() throws -> [String] {
        try figureFileNames().map { "\(path)/\(ProviderFigureFile.directory)/\($0)" }
    }

    /// In the order in which they were written. Throws .corrupt when one is missing: numbers count up from 1, and no file is ever
    /// taken away, so that what is lost shows. (But for the last ones: nothing tells of them.)
    func figureFileNames() throws -> [String] {
        for attempt in 1... {
            let names = try presentFigureFileNames()
            guard let gap = names.indices.first(where: { ProviderFigureFile.number(ofName: names[$0]) != $0 + 1 })
            else {
                return names
            }
            let missing = ProviderFigureFile.name(ofNumber: gap + 1) ?? names[gap]
            let path = "\(path)/\(ProviderFigureFile.directory)/\(missing)"
            // A writer may have made it, and the one that was seen after it, while the folder was read.
            if try attempt < Self.changesOfFiguresBorne && FileSystem.exists(path) { continue }
            throw StoreError(
                .corrupt, "\(path) is missing, though \(names[gap]) is there: \(ProviderFigureFile.remedy)")
        }
        return []
    }

    private static let changesOfFiguresBorne = 8

    /// nil when there is none. Throws .corrupt for something else in its place.
    private func presentFigureDirectory() throws -> String? {
        let directory = "\(path)/\(ProviderFigureFile.directory)"
        switch try FileSystem.thing(at: directory) {
        case .directory: return directory
        case .nothing: return nil
        case .other:
            throw StoreError(
                .corrupt,
                "\(directory) is not the folder of providers' figures but something else, or a link that leads nowhere: take it away, "
                    + "and bring the figures back from a backup (`strata restore DIR`).")
        }
    }

    private func presentFigureFileNames() throws -> [String] {
        guard let directory = try presentFigureDirectory() else { return [] }
        return try FileSystem.entries(directory).filter { ProviderFigureFile.number(ofName: $0) != nil }
            .sorted()
    }
}
