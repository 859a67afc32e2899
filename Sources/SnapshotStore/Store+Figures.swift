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
        for name in try figureFileNames() {
            do {
                _ = try ProviderFigureFile.read("\(directory)/\(name)")
                known.insert(try FileSystem.read("\(directory)/\(name)", limit: .max))
            } catch let error as StoreError where error.kind == .corrupt {
                damaged.insert(name)
            }
        }
        var added = 0
        for (name, bytes) in files where !known.contains(bytes) {
            let isFree = try !FileSystem.exists("\(directory)/\(name)") || damaged.contains(name)
            try FileSystem.replace("\(directory)/\(isFree ? name : nextFigureName())", with: bytes)
            known.insert(bytes)
            damaged.remove(name)
            added += 1
        }
        return added
    }

    /// For holders of the lock.
    private func nextFigureName() throws -> String {
        let directory = try figureDirectory()
        let last = try FileSystem.entries(directory).compactMap(ProviderFigureFile.number).max() ?? 0
        guard let name = ProviderFigureFile.name(ofNumber: last + 1) else {
            throw StoreError(.cannotCreate, "\(directory) has no number left for a further file.")
        }
        return name
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
        let directory = "\(path)/\(ProviderFigureFile.directory)"
        guard try FileSystem.isDirectory(directory) else { return nil }
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

    /// In the order in which they were written.
    func figureFileNames() throws -> [String] {
        let directory = "\(path)/\(ProviderFigureFile.directory)"
        guard try FileSystem.isDirectory(directory) else { return [] }
        return try FileSystem.entries(directory).filter { ProviderFigureFile.number(ofName: $0) != nil }
    }
}
