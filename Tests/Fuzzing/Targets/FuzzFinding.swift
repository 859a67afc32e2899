/// A property that doesn't hold.
package struct FuzzFinding: Error, CustomStringConvertible {
    package let description: String
}

func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
    if !holds { throw FuzzFinding(description: what()) }
}

/// What the body gives, nil when it throws an error of that type; other errors are findings.
func unlessRefused<Value, Refusal: Error>(_: Refusal.Type, _ body: () throws -> Value) throws -> Value? {
    do { return try body() } catch is Refusal { return nil }
}
