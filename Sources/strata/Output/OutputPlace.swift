import Glibc
import SnapshotStore

/// Where a file that a command writes may not be: it would take the place of what is there.
/// Safety: `realpath` allocates its text, which is copied, then freed once; `readlink` is told how long its buffer is.
/// Names are C strings for the length of a call, and `stat` fills variables that outlive it.
enum OutputPlace {
    /// What is wrong with the place, and the next step; nil for nothing.
    /// - Parameters:
    ///   - option: that names it.
    ///   - inputs: what the command reads, paths or "-".
    static func fault(_ path: String?, option: String, store: String, inputs: [String] = []) -> String? {
        guard let path, path != "-" else { return nil }
        let final = realPath(path) ?? path
        // A file has no "..".
        let folder = final.lastIndex(of: "/").map { String(final[...$0]) } ?? "."
        if FileSystem.lies(folder, in: store) {
            return "\(option) \(path) lies in the store \(store), whose files it could damage: name a place elsewhere."
        }
        for input in inputs where input != "-" && isSame(final, input) {
            return "\(option) \(path) is one of the files that are read, and would be replaced: name another one."
        }
        return nil
    }

    /// Where a file of that name is, or would be made: also where a link leads to whose file is not there yet. nil when there is
    /// nothing of that name.
    static func realPath(_ path: String) -> String? {
        var place = path
        // As many links as the system follows.
        for _ in 0..<40 {
            if let resolved = unsafe realpath(place, nil) {
                defer { unsafe free(resolved) }
                return unsafe String(cString: resolved)
            }
            guard let target = linkTarget(place) else { return place == path ? nil : place }
            let folder = place.lastIndex(of: "/").map { place[...$0] } ?? ""
            place = target.hasPrefix("/") ? target : folder + target
        }
        return nil
    }

    private static func linkTarget(_ path: String) -> String? {
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
                unsafe buffer.baseAddress.map { unsafe readlink(path, $0, buffer.count) } ?? -1
            }
        }
        return count > 0 ? String(validating: bytes.prefix(count), as: UTF8.self) : nil
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(left, &first) == 0, unsafe stat(right, &second) == 0, first.st_mode & S_IFMT == S_IFREG else {
            return false
        }
        return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
    }
}
