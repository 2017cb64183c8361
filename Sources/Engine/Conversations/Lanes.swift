import Collections
import Synchronization

/// One piece of work at a time for each key, in the order of asking; other keys go on beside it.
///
/// Two commands for one conversation would otherwise both decide on the same version, and one would have to decide
/// again after the database refused it.
final class Lanes<Key: Hashable & Sendable>: Sendable {
    private let waiting = Mutex<[Key: Deque<CheckedContinuation<Void, Never>>]>([:])

    /// Runs `work` when the key is free. Not re-entrant: work must not ask for its own key again.
    func run<Value, Failure: Error>(
        _ key: Key, _ work: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        await enter(key)
        defer { leave(key) }
        return try await work()
    }

    private func enter(_ key: Key) async {
        // Nearly always free: no need to make a continuation for that.
        if waiting.withLock({ Self.take(key, of: &$0) }) { return }
        await withCheckedContinuation { continuation in
            let isFree = waiting.withLock { lanes in
                if Self.take(key, of: &lanes) { return true }
                lanes[key]?.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    private static func take(_ key: Key, of lanes: inout [Key: Deque<CheckedContinuation<Void, Never>>]) -> Bool {
        guard lanes[key] == nil else { return false }
        lanes[key] = []
        return true
    }

    private func leave(_ key: Key) {
        let next = waiting.withLock { lanes -> CheckedContinuation<Void, Never>? in
            if let next = lanes[key]?.popFirst() { return next }
            lanes[key] = nil
            return nil
        }
        next?.resume()
    }
}

/// A bounded cache in two generations: what was used in the last generation survives, the rest goes.
struct GenerationCache<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generationMax: Int

    /// At most `countMax` values.
    init(countMax: Int) { generationMax = max(countMax / 2, 1) }

    /// A value, which counts as used.
    mutating func find(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        put(key, value)
        return value
    }

    /// Stores or replaces a value; `nil` forgets it.
    mutating func put(_ key: Key, _ value: Value?) {
        old[key] = nil
        young[key] = value
        guard young.count > generationMax else { return }
        old = young
        young = [:]
    }
}
