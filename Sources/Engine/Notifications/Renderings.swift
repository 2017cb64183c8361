import Synchronization

/// The forms in which a value was written, so that the next who shows it need not write it again. No part of the value:
/// all are equal.
public final class Renderings: Sendable, Hashable {
    private let known = Mutex<[(form: String, bytes: [UInt8])]>([])

    /// Nothing is written yet.
    public init() {}

    /// The bytes of a form, made by the first who asks.
    public func bytes(_ form: String, _ make: () -> [UInt8]) -> [UInt8] {
        if let known = known.withLock({ $0.first { $0.form == form } }) { return known.bytes }
        let made = make()
        known.withLock { known in
            if !known.contains(where: { $0.form == form }) { known.append((form, made)) }
        }
        return made
    }

    public static func == (left: Renderings, right: Renderings) -> Bool { true }

    public func hash(into hasher: inout Hasher) {}
}
