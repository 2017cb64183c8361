import NIOCore

/// The sockets of one event loop, visited in turn so that each is visited once in a ping interval. One timer serves
/// all; it stops when there is no socket. Lives on its event loop.
final class SocketWheel {
    /// Where a socket is kept, so that it can be taken out without a search.
    struct Place {
        fileprivate var bucket: Int
        fileprivate var index: Int
    }

    /// Enough that one turn's pings are a small part of all.
    private static let bucketCount = 64

    private let eventLoop: any EventLoop
    private let tick: TimeAmount
    private var buckets: [[SocketHandler]]
    private var hand = 0
    private var count = 0
    private var nextBucket = 0
    private var ticking = false

    init(eventLoop: any EventLoop, interval: TimeAmount) {
        self.eventLoop = eventLoop
        tick = .nanoseconds(interval.nanoseconds / Int64(Self.bucketCount))
        buckets = Array(repeating: [], count: Self.bucketCount)
    }

    func add(_ handler: SocketHandler) {
        handler.wheelPlace = Place(bucket: nextBucket, index: buckets[nextBucket].count)
        buckets[nextBucket].append(handler)
        nextBucket = (nextBucket + 1) % Self.bucketCount
        count += 1
        if !ticking { startTicking() }
    }

    func remove(_ handler: SocketHandler) {
        guard let place = handler.wheelPlace else { return }
        handler.wheelPlace = nil
        count -= 1
        let last = buckets[place.bucket].removeLast()
        guard last !== handler else { return }
        buckets[place.bucket][place.index] = last
        last.wheelPlace = place
    }

    /// Does something with every socket; it may take sockets out.
    func forEach(_ body: (SocketHandler) -> Void) {
        for bucket in buckets { bucket.forEach(body) }
    }

    private func startTicking() {
        ticking = true
        eventLoop.assumeIsolated().scheduleTask(in: tick) { self.turn() }
    }

    private func turn() {
        // The array is a copy while sockets are visited: a visit may end one.
        for handler in buckets[hand] { handler.visited() }
        hand = (hand + 1) % Self.bucketCount
        ticking = false
        if count > 0 { startTicking() }
    }
}
