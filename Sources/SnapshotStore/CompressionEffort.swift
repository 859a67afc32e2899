/// How long a writer looks for smaller bytes. Readers can't tell the difference but by the size.
package enum CompressionEffort: Sendable {
    /// LZ4: several hundred megabytes a second. What an import uses.
    case fast
    /// LZ4-HC: 8 to 16 % smaller, some twenty times slower to write, and decodes no slower. What `strata compact` uses.
    case smallest
}
