import Glibc
import SnapshotStore

/// Where a file that a command writes may not be: it would take the place of what is there.
/// Safety: `realpath` allocates its text, which is copied, then freed once. Names are C strings for the length of a
/// call, and `stat` fills variables that outlive it.
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

    /// nil when there is nothing of that name.
    static func realPath(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    private static func isSame(_ left: String, _ right: String) -> Bool {
        var (first, second) = (stat(), stat())
        guard unsafe stat(left, &first) == 0, unsafe stat(right, &second) == 0, first.st_mode & S_IFMT == S_IFREG else {
            return false
        }
        return (first.st_dev, first.st_ino) == (second.st_dev, second.st_ino)
    }
}
