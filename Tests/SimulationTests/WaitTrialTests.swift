import Simulation
import Testing

@Suite("Estimated waits against true ones")
struct WaitTrialTests {
    @Test("the estimate is nearer than what the last ones waited, and leans to no side", arguments: [1, 2] as [UInt64])
    func error(seed: UInt64) {
        for load in WaitTrial.Load.all where ["busy", "overloaded"].contains(load.name) {
            let report = WaitTrial.run(load, seed: seed, customersCount: 2_500)
            #expect(report.answeredCount > 1_500, "\(report)")
            #expect(report.error < report.lastError, "\(report)")
            #expect(report.error < report.meanError, "\(report)")
            #expect(abs(report.bias) < report.meanWait / 3, "\(report)")
        }
    }

    @Test("a seed gives the same figures twice")
    func sameTwice() {
        let load = WaitTrial.Load.all[1]
        let reports = [1, 2].map { _ in WaitTrial.run(load, seed: 7, customersCount: 600) }
        #expect(reports[0].error == reports[1].error)
        #expect(reports[0].waitedCount > 0)
    }
}
