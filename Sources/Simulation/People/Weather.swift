import ContactCenter

/// What goes wrong in the course of a day, as the seed will have it.
struct Weather: Sendable {
    let world: World

    private enum Fault: CaseIterable {
        case crash, crashInFlight, stop, stopAgain, cutLine, deafness, fullDisk, slowDisk, lostAnswers, clockJump,
            platformDown
    }

    /// One thing after another until the evening.
    func rage() async {
        while world.isDay {
            await world.people.pause(world.draw { $0.span(.seconds(2), .seconds(80)) })
            guard world.isDay else { break }
            let fault = world.draw { Fault.allCases[$0.below(Fault.allCases.count)] }
            happen(fault, to: victim)
        }
    }

    /// Any server; half of the time the one that routes, which is where it hurts.
    private var victim: Server {
        let routing = world.servers.first { $0.engine?.isRouting == true }
        guard let routing, world.draw({ $0.happens(0.5) }) else { return world.anyServer() }
        return routing
    }

    /// Everything is well again: lines, disks, clocks. Nobody is stopped.
    func clear() {
        world.database.trouble = DatabaseServer.Trouble()
        world.platform.isDown = false
        for server in world.servers {
            server.process?.setClock(ahead: .zero)
            server.process?.goOn()
        }
        world.watchman.clockSet(at: world.scheduler.now)
    }

    /// For how long a fault keeps machines from routing. A clock that has jumped only makes promises longer, and a
    /// platform that is down is nothing to routing.
    private func trouble(_ fault: Fault, for span: Duration) -> Duration {
        switch fault {
        case .crash, .crashInFlight, .cutLine, .fullDisk, .slowDisk, .lostAnswers: span
        case .deafness: span * 3
        case .stop, .stopAgain: span * (world.servers.count > 1 ? 5 : 1)
        case .clockJump, .platformDown: .zero
        }
    }

    private func happen(_ fault: Fault, to server: Server) {
        let (least, most) = (Duration.milliseconds(200), Duration.seconds(12))
        let span = world.draw { $0.span(least, most) }
        let scheduler = world.scheduler
        let database = world.database
        world.tell("\(fault) of \(server.process?.name ?? server.name) for \(span)")
        world.watchman.expectTrouble(until: scheduler.now + trouble(fault, for: span))
        switch fault {
        case .crash: server.crash(for: span)
        case .crashInFlight:
            let steps = world.draw { $0.below(400) }
            server.process?.afterSteps(steps) {
                world.watchman.expectTrouble(until: scheduler.now + span)
                server.crash(for: span)
            }
        // Long enough for leases to change hands, and for much to happen meanwhile.
        case .stop, .stopAgain: stop(server, for: span * (world.servers.count > 1 ? 5 : 1))
        case .cutLine:
            guard let name = server.process?.name else { return }
            database.make { $0.cut.insert(name) }
            scheduler.after(span, in: nil) { database.make { $0.cut.remove(name) } }
        case .deafness:
            guard let name = server.process?.name else { return }
            database.make { $0.deaf.insert(name) }
            scheduler.after(span * 3, in: nil) { database.make { $0.deaf.remove(name) } }
        case .fullDisk:
            database.make { $0.isDiskFull = true }
            scheduler.after(span, in: nil) { database.make { $0.isDiskFull = false } }
        case .slowDisk:
            database.make { $0.slowness = .milliseconds(400) }
            scheduler.after(span, in: nil) { database.make { $0.slowness = .zero } }
        case .lostAnswers:
            database.make { $0.lostAnswers = 0.3 }
            scheduler.after(span, in: nil) { database.make { $0.lostAnswers = 0 } }
        case .clockJump:
            let skew = world.draw { $0.span(.seconds(-90), .seconds(90)) }
            server.process?.setClock(ahead: skew)
            world.watchman.clockSet(at: scheduler.now)
        case .platformDown:
            world.platform.isDown = true
            scheduler.after(span, in: nil) { self.world.platform.isDown = false }
        }
    }

    /// Stopped in the middle of something, and going on later with all that it remembers.
    private func stop(_ server: Server, for span: Duration) {
        guard let process = server.process else { return }
        let steps = world.draw { $0.below(200) }
        process.afterSteps(steps) {
            world.watchman.expectTrouble(until: world.scheduler.now + span)
            process.stop()
            world.scheduler.after(span, in: nil) { process.goOn() }
        }
    }
}
