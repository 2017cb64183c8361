/// What a test reads while others work: again and again, with a breath between two looks in which they get the
/// processor, for a minute at most.
///
/// - Returns: the first that is there; `nil` when there was none within the minute.
func found<Value>(_ read: () async throws -> Value?) async rethrows -> Value? {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
        if let value = try await read() { return value }
        if ContinuousClock.now > deadline { return nil }
        try? await Task.sleep(for: .milliseconds(2))
    }
}

/// Whether a condition comes true within a minute, which is far longer than it should take.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    try await found { try await condition() ? true : nil } ?? false
}
