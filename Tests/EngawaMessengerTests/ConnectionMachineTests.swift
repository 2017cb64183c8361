import Testing

@testable import EngawaMessenger

@Suite("A connection's life")
struct ConnectionMachineTests {
    private let backoff = Backoff(initial: .seconds(1), max: .seconds(8))

    @Test("the wait doubles up to its limit, and half of it is chance")
    func backoffTable() {
        for (tries, whole) in [(1, 1), (2, 2), (3, 4), (4, 8), (5, 8), (1_000, 8)] {
            let shortest = backoff.delay(afterTries: tries, chance: 0)
            let longest = backoff.delay(afterTries: tries, chance: 0.999)
            #expect(shortest == .seconds(whole) / 2, "\(tries)")
            #expect(longest > shortest && longest < .seconds(whole), "\(tries)")
        }
    }

    @Test("it opens, configures, and is ready")
    func goodWay() {
        var machine = ConnectionMachine(backoff: backoff)
        #expect(machine.state == .idle)
        #expect(machine.connect() == .open)
        #expect(machine.state == .connecting(attempt: 1))
        machine.opened()
        #expect(machine.state == .configuring)
        machine.readied()
        #expect(machine.state == .ready)
        machine.reconfigures()
        #expect(machine.state == .configuring)
    }

    @Test("each loss without success waits longer; once ready, the count begins anew")
    func losses() {
        var machine = ConnectionMachine(backoff: backoff)
        _ = machine.connect()
        #expect(machine.lost(chance: 0) == .wait(.milliseconds(500)))
        #expect(machine.state == .waiting(attempt: 2, delay: .milliseconds(500)))
        #expect(machine.waited() == .open)
        #expect(machine.state == .connecting(attempt: 2))
        machine.opened()
        #expect(machine.lost(chance: 0) == .wait(.seconds(1)))
        _ = machine.waited()
        machine.opened()
        machine.readied()
        #expect(machine.lost(chance: 0) == .wait(.milliseconds(500)))
    }

    @Test("a server that says when to come back is not asked before")
    func notBefore() {
        var machine = ConnectionMachine(backoff: backoff)
        _ = machine.connect()
        #expect(machine.lost(chance: 0, notBefore: .seconds(20)) == .wait(.seconds(20)))
    }

    @Test("what is over stays over until the app connects again")
    func over() {
        var machine = ConnectionMachine(backoff: backoff)
        _ = machine.connect()
        #expect(machine.ended(.closedByServer) == .stop)
        #expect(machine.lost(chance: 0) == .stop)
        machine.opened()
        machine.readied()
        #expect(machine.state == .closed(.closedByServer))
        #expect(machine.connect() == .open)
        #expect(machine.state == .connecting(attempt: 1))
    }

    @Test(
        "only what may pass is tried again",
        arguments: [
            (MessengerError.connectionLost, true), (.timedOut, true), (.upgradeRefused(status: 503), true),
            (.upgradeRefused(status: 403), false), (.refused(code: 5_000, message: ""), true),
            (.refused(code: 4_011, message: ""), false), (.authenticationFailed, false),
            (.http(status: 500, code: nil), true), (.http(status: 404, code: nil), false),
        ])
    func transience(error: MessengerError, isTransient: Bool) {
        #expect(error.isTransient == isTransient)
    }
}
