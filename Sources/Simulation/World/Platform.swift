import Channels
import ContactCenter
import Synchronization

/// The messaging platform that takes what the contact centre sends: slowly, sometimes not, sometimes without saying so.
final class Platform: Sendable {
    /// A message as the platform took it.
    struct Reception: Sendable {
        let address: String
        let message: MessageID
    }

    private struct State {
        var receptions: [Reception] = []
        var isDown = false
    }

    private let state = Mutex(State())

    /// Everything it took, in order, repetitions included.
    var receptions: [Reception] { state.withLock { $0.receptions } }

    var isDown: Bool {
        get { state.withLock { $0.isDown } }
        set { state.withLock { $0.isDown = newValue } }
    }

    func take(_ reception: Reception) { state.withLock { $0.receptions.append(reception) } }
}

/// The way from one process to the platform.
struct PlatformSender: OutboundSender {
    let platform: Platform
    let process: Process

    private enum Fate { case taken, takenUnsaid, failed }

    func send(_ outbound: OutboundMessage, to account: OpenMessagingAccount) async -> SendOutcome {
        let (fate, way, back) = process.scheduler.draw { chance -> (Fate, Duration, Duration) in
            let fate: Fate = chance.happens(0.08) ? .failed : chance.happens(0.08) ? .takenUnsaid : .taken
            return (fate, chance.span(.zero, .milliseconds(80)), chance.span(.zero, .milliseconds(300)))
        }
        let reception = Platform.Reception(address: outbound.address, message: outbound.id)
        let isDown = platform.isDown
        // What is on the wire arrives, whatever happens to the process.
        if fate != .failed, !isDown {
            process.scheduler.after(way, in: nil) { platform.take(reception) }
        }
        await process.pause(way + back)
        if isDown || fate == .failed { return .tryLater(reason: "answered 503") }
        guard fate == .taken else {
            await process.pause(.seconds(10))
            return .unknown(reason: "no answer")
        }
        return .accepted
    }
}
