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
        let directory = "\(path)/\(ProviderFigureFile.directory)"
        if try !FileSystem.isDirectory(directory) {
            try FileSystem.makeDirectory(directory)
            try FileSystem.sync(path)
        }
        var source = source
        if source.importedAt.isEmpty { source.importedAt = currentTimestamp() }
        // What a writer left that died.
        for name in try FileSystem.entries(directory) where name.hasSuffix(".tmp") {
            try FileSystem.unlink("\(directory)/\(name)")
        }
        let last = try FileSystem.entries(directory).compactMap(ProviderFigureFile.number).max() ?? 0
        guard let name = ProviderFigureFile.name(ofNumber: last + 1) else {
            throw StoreError(.cannotCreate, "\(directory) has no number left for a further file.")
        }
        try FileSystem.replace(
            "\(directory)/\(name)", with: SealedJSON.encode(ProviderFigureFile(source: source, figures: figures)))
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
        let directory = "\(path)/\(ProviderFigureFile.directory)"
        guard try FileSystem.isDirectory(directory) else { return [] }
        return try FileSystem.entries(directory).filter { ProviderFigureFile.number(ofName: $0) != nil }
            .map { "\(directory)/\($0)" }
    }
}
