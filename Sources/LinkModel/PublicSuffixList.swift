import CPSL
import CPublicSuffixList
import Glibc

/// Registrable domains by the public suffix list (ICANN and private sections, default rule *).
///
/// Safety: libpsl only reads the list after `init`, and it is freed with this object. Names are lent for a call, and
/// an answer, which points into the name, is copied within it. The embedded text is constant.
@safe
package final class PublicSuffixList: Sendable {
    /// The list compiled into the program; loaded on first use.
    package static let bundled = PublicSuffixList()

    /// SHA-256 in hex of the list's bytes, for manifests: answers depend on the list.
    package static let sha256 = "0232f4df0831911356e8ee1f4d5c3b6b12c0ed3f6bd66b0f81c8ab5d3d49e9ca"

    /// "2026-10-22_08-36-41_UTC", as the list's own VERSION line says; "" if it has none.
    package let version: String

    /// libpsl's list: read only once it is loaded, so any number of threads may ask at a time.
    private nonisolated(unsafe) let list: OpaquePointer

    private init() {
        let bytes = unsafe PublicSuffixList.embeddedText
        let copy = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        // "r": the text isn't written to, in spite of the parameter's type.
        guard let file = unsafe fmemopen(copy, bytes.count, "r") else {
            preconditionFailure("no memory for the public suffix list")
        }
        defer { unsafe fclose(file) }
        guard let list = unsafe psl_load_fp(file) else {
            preconditionFailure("the embedded public suffix list can't be loaded")
        }
        unsafe self.list = list
        version = unsafe PublicSuffixList.version(in: bytes)
    }

    deinit { unsafe psl_free(list) }

    /// The registrable domain of a normalised host name. An IP address, or a host that is itself a public suffix, is
    /// its own domain.
    package func registrableDomain(ofHost host: String) -> String {
        guard !SortKey.isIPAddress(host.utf8.span) else { return host }
        return unsafe host.withCString { name in
            // The answer points into `name`, and is null for a public suffix.
            guard let domain = unsafe psl_registrable_domain(list, name) else { return host }
            return unsafe String(cString: domain)
        }
    }

    /// Whether the list itself has this normalised name: "com", "co.uk". A name of one label that the list doesn't have
    /// ("localhost") is none.
    package func isPublicSuffix(_ name: String) -> Bool {
        unsafe name.withCString { unsafe psl_is_public_suffix2(list, $0, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE) } != 0
    }
}

extension PublicSuffixList {
    /// The list's text, in the program's read-only data.
    package static var embeddedText: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(
            start: strata_public_suffix_list(), count: strata_public_suffix_list_byte_count())
    }

    /// The rest of the line after "VERSION: ".
    private static func version(in text: UnsafeRawBufferPointer) -> String {
        let marker = Array("VERSION: ".utf8)
        // The line is in the head of the file.
        let head = unsafe Array(text.prefix(4_096))
        for start in head.indices where head[start...].starts(with: marker) {
            let line = head[(start + marker.count)...].prefix { $0 > 0x20 }
            return String(decoding: line, as: UTF8.self)
        }
        return ""
    }
}
