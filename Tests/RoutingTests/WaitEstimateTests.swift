import ContactCenter
@testable import Routing
import Testing

@Suite("Estimated waits")
struct WaitEstimateTests {
    let start = Instant(milliseconds: 1_700_000_000_000)
    private static let nothing = QueuePace().reading(at: Instant(milliseconds: 0))

    private func basis(
        position: Int, isInLine: Bool = false, slots: Double = 4, freeSlots: Int = 0,
        pace: QueuePace.Reading = nothing
    ) -> WaitBasis {
        WaitBasis(position: position, isInLine: isInLine, slots: slots, freeSlots: freeSlots, pace: pace)
    }

    @Test("nobody on queue, no estimate; a free agent, no more than the answer")
    func ends() {
        #expect(basis(position: 1, slots: 0).estimate == nil)
        let free = basis(position: 1, freeSlots: 1).estimate
        #expect(free?.span == .seconds(5))
        // Who stands in line while somebody is free is not served by that agent.
        let stuck = basis(position: 1, isInLine: true, freeSlots: 1).estimate
        #expect(stuck.map { $0.span > .seconds(60) } == true)
    }

    @Test("while nothing was seen, the capacity says how fast the line moves: 4 at once of 5 minutes are 75 s a place")
    func capacity() {
        let estimate = basis(position: 3).estimate
        #expect(estimate?.span == .seconds(3 * 75 + 5))
        #expect(estimate?.formula == .simple)
        #expect(estimate?.position == 3)
    }

    @Test("what was seen outweighs what the capacity says")
    func seen() {
        var pace = Self.nothing
        pace.busySeconds = 4_000
        pace.servedCount = 400
        let estimate = basis(position: 10, pace: pace).estimate
        // 400 in 4,000 s are ten seconds a place; the prior adds a little.
        #expect(estimate.map { $0.span > .seconds(100) && $0.span < .seconds(115) } == true)
    }

    @Test("that some of those ahead leave makes it shorter, and the formula says so")
    func abandonment() {
        var pace = Self.nothing
        pace.waitedSeconds = 6_000
        pace.leftCount = 10
        let patient = basis(position: 50).estimate
        let impatient = basis(position: 50, pace: pace).estimate
        #expect(impatient?.formula == .abandon)
        #expect(impatient.flatMap { one in patient.map { one.span < $0.span } } == true)
    }

    @Test("long lines are summed up by the integral, within a thousandth of the sum", arguments: [0, 0.001, 0.05])
    func integral(leaving: Double) {
        let exact = (0..<5_000).reduce(0.0) { $0 + 1 / (0.2 + Double($1) * leaving) }
        let quick = WaitBasis.seconds(toPass: 5_000, served: 0.2, leaving: leaving)
        #expect(abs(quick - exact) < exact / 1_000)
        #expect(WaitBasis.seconds(toPass: 0, served: 0.2, leaving: leaving) == 0)
    }

    @Test("nothing longer than a day is said")
    func bounded() {
        #expect(basis(position: 1_000_000).estimate?.span == WaitEstimate.spanMax)
    }

    @Test("a line in which nobody is answered gets slower while time passes")
    func standstill() {
        var story = QueueLedgerTests.Story(now: start)
        story.staff(.interacting)
        for number in 1...3 as ClosedRange<UInt64> { story.queue(number) }
        let first = story.ledger.estimate(in: QueueLedgerTests.medium, at: story.now)
        story.pass(3_600)
        let later = story.ledger.estimate(in: QueueLedgerTests.medium, at: story.now)
        #expect(first.flatMap { first in later.map { $0.span > first.span } } == true)
    }

    @Test("a sum halves with its half-life, and two sums together are one")
    func decay() {
        var sum = DecayingSum()
        sum.add(8, at: start, halfLife: .minutes(10))
        #expect(abs(sum.read(at: start + .minutes(20), halfLife: .minutes(10)) - 2) < 1e-9)
        var other = DecayingSum()
        other.add(1, at: start + .minutes(10), halfLife: .minutes(10))
        sum.absorb(other, halfLife: .minutes(10))
        #expect(abs(sum.read(at: start + .minutes(10), halfLife: .minutes(10)) - 5) < 1e-9)
    }
}
