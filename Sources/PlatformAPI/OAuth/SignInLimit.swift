import Synchronization

/// Counts failed sign-ins by e-mail address and by network address, so that guessing is slow from one place and
/// against one person. Successes are not counted: a whole office behind one address may sign in at once.
final class SignInLimit: Sendable {
    private struct Window {
        var start: ContinuousClock.Instant
        var failures: Int
    }

    /// Failures against one person, and from one place, before the window must pass.
    static let failuresPerPersonMax = 10
    static let failuresPerPlaceMax = 50
    static let window = Duration.seconds(300)
    /// Keys that are remembered; beyond it the oldest go, as in ``RateLimit``.
    private static let keysMax = 20_000

    private let windows = Mutex<[String: Window]>([:])

    /// Counts an attempt as failed until ``forgive(person:place:)``; counted before the check, so that a thousand
    /// attempts at the same moment do not all get through. Answers `false` when one of the two has used up its share.
    func admit(person: String, place: String, at now: ContinuousClock.Instant = .now) -> Bool {
        windows.withLock { windows in
            let counts = [
                ("person/" + person, Self.failuresPerPersonMax), ("place/" + place, Self.failuresPerPlaceMax),
            ]
            let isAdmitted = counts.allSatisfy { key, max in
                guard let window = windows[key], now - window.start < Self.window else { return true }
                return window.failures < max
            }
            guard isAdmitted else { return false }
            if windows.count >= Self.keysMax { Self.makeRoom(in: &windows, at: now) }
            for (key, _) in counts {
                var window = windows[key] ?? Window(start: now, failures: 0)
                if now - window.start >= Self.window { window = Window(start: now, failures: 0) }
                window.failures += 1
                windows[key] = window
            }
            return true
        }
    }

    /// The attempt succeeded: the person's count starts anew, the place's loses this attempt.
    func forgive(person: String, place: String) {
        windows.withLock { windows in
            windows["person/" + person] = nil
            windows["place/" + place]?.failures -= 1
        }
    }

    private static func makeRoom(in windows: inout [String: Window], at now: ContinuousClock.Instant) {
        windows = windows.filter { now - $0.value.start < window }
        guard windows.count >= keysMax else { return }
        for (key, _) in windows.sorted(by: { $0.value.start < $1.value.start }).prefix(keysMax / 10) {
            windows[key] = nil
        }
    }
}
