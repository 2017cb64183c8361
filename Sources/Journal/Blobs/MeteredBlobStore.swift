import CoreMetrics
import Foundation
import Telemetry

/// Counts what a blob store does and fails to do.
public struct MeteredBlobStore: BlobStore {
    private let store: any BlobStore
    private let puts = Self.counters("put")
    private let gets = Self.counters("get")
    private let removals = Self.counters("remove")

    private struct Counters: Sendable {
        let done: Counter
        let failed: Counter
    }

    /// Counts for a store.
    public init(_ store: any BlobStore) { self.store = store }

    private static func counters(_ operation: String) -> Counters {
        func counter(_ outcome: String) -> Counter {
            Counter(label: Metric.blobOperations.name, dimensions: [("operation", operation), ("outcome", outcome)])
        }
        return Counters(done: counter("done"), failed: counter("failed"))
    }

    public func put(_ bytes: Data) async throws -> String {
        try await counting(puts) { try await store.put(bytes) }
    }

    public func get(_ digest: String) async throws -> Data? {
        try await counting(gets) { try await store.get(digest) }
    }

    public func remove(_ digest: String) async throws {
        try await counting(removals) { try await store.remove(digest) }
    }

    public func link(to digest: String, as presentation: BlobPresentation, forSeconds seconds: Int) -> String? {
        store.link(to: digest, as: presentation, forSeconds: seconds)
    }

    public func shutDown() async throws { try await store.shutDown() }

    private func counting<Answer>(_ counters: Counters, _ body: () async throws -> Answer) async throws -> Answer {
        do {
            let answer = try await body()
            counters.done.increment()
            return answer
        } catch {
            counters.failed.increment()
            throw error
        }
    }
}
