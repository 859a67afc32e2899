extension Manifest {
    /// The text of manifest.json, UTF-8, with its checksum as the last member.
    package func jsonText() throws -> [UInt8] { try ManifestFile.encode(self) }
}
