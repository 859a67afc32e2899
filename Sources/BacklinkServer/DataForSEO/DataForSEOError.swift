import BacklinkContracts

/// An outcome that isn't 20000 (contract §1.5).
struct DataForSEOError: Error, Equatable {
    var code: Int64
    var message: String

    static func invalidField(_ name: String) -> DataForSEOError {
        DataForSEOError(code: 40501, message: "Invalid Field: '\(name)'.")
    }
    static func unknownFields(_ names: [String]) -> DataForSEOError {
        DataForSEOError(code: 40506, message: "Unknown Fields in POST Data: \(names.joined(separator: ", "))")
    }
    static let oneTaskOnly = DataForSEOError(code: 40000, message: "You can set only one task at a time.")
    static let tooManyTasks = DataForSEOError(code: 40006, message: "You can set no more than 100 tasks at a time.")
    static let unauthorised = DataForSEOError(
        code: 40100, message: "You are not authorized to access this resource. Check login and password, or the key.")
    static let rateLimited = DataForSEOError(code: 40202, message: "The rate-limit per minute has been exceeded.")
    static let notFound = DataForSEOError(code: 40400, message: "Not Found.")
    static let emptyData = DataForSEOError(code: 40502, message: "POST Data Is Empty.")
    static let invalidData = DataForSEOError(code: 40503, message: "POST Data Is Invalid.")
    static let internalError = DataForSEOError(code: 50000, message: "Internal Error.")
    static let unavailable = DataForSEOError(
        code: 50301, message: "3rd Party API Service Unavailable. There is no snapshot to answer from.")
    static let busy = DataForSEOError(code: 50304, message: "The system is busy. Please try again later.")
}
