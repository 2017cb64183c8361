import ContactCenter

/// One transaction for a group of requests, on the writer's thread.
///
/// The fast way runs the group straight through, without savepoints. If anything in it is refused half-way, everything
/// is taken back and the group runs again with a savepoint around each request, so that one that fails harms no other
/// and the whole group still costs one sync.
struct GroupTransaction {
    let session: any SQLSession
    let dialect: SQLDialect
    /// The position of the last event before the group.
    let start: Position
    /// Told the events, and where the log ended before them, when all is written but the commit; on an engine that
    /// several processes write to.
    let beforeCommit: ([RecordedEvent], Position) -> Void

    /// What became of a group.
    struct Outcome {
        /// Where the log ended before the group.
        let start: Position
        /// Where it ends with the group.
        private(set) var head: Position
        /// An answer per request, in order.
        var answers: [Result<CommitOutcome, JournalError>] = []
        /// The events that are durable now, in order.
        var events: [RecordedEvent] = []
        /// Whether the database failed: the next group must ask it where the log ends.
        var isInDoubt = false
        /// How long COMMIT took, if it came to that.
        var syncTime: Duration?

        init(after start: Position) { (self.start, head) = (start, start) }

        mutating func add(_ more: [RecordedEvent]) {
            events += more
            head = more.last?.position ?? head
        }
    }

    /// How one request ended inside the transaction.
    private enum Ending {
        case done(CommitOutcome)
        /// The message is there already; what the request wrote before it noticed must be taken back.
        case repeated(MessageDraft)
        case failed(JournalError)
    }

    /// Writes a group.
    func write(_ group: [WriteRequest]) -> Outcome {
        do throws(SQLFailure) {
            if let outcome = try runThrough(group) { return outcome }
            rollBack()
            return try runOneByOne(group)
        } catch {
            // The transaction itself failed: nobody knows what is written, so nothing is tried a second time.
            rollBack()
            let failure = JournalError.unavailable(reason: error.reason)
            var outcome = Outcome(after: start)
            outcome.answers = group.map { _ in .failure(failure) }
            outcome.isInDoubt = true
            return outcome
        }
    }

    /// The fast way; `nil` if something was refused, with the transaction still open.
    private func runThrough(_ group: [WriteRequest]) throws(SQLFailure) -> Outcome? {
        var outcome = Outcome(after: try begin(group))
        outcome.answers.reserveCapacity(group.count)
        guard session.isPipelined else {
            for request in group {
                guard case .done(let answer) = run(request, &outcome) else { return nil }
                outcome.answers.append(.success(answer))
            }
            try commit(&outcome)
            return outcome
        }
        guard sendAll(group, &outcome) else { return nil }
        try commit(&outcome)
        return outcome
    }

    /// The steps of all commits in one flight, then the works that waited with them; `false` if anything was refused.
    private func sendAll(_ group: [WriteRequest], _ outcome: inout Outcome) -> Bool {
        do throws(SQLFailure) {
            var steps: [Step] = []
            for request in group {
                var answer = CommitOutcome.committed([])
                if case .commit(let commit) = request.body {
                    let plan = try CommitPlan(commit, after: outcome.head, dialect)
                    steps += plan.steps
                    outcome.add(plan.events)
                    answer = .committed(plan.events.map(\.position))
                }
                outcome.answers.append(.success(answer))
            }
            guard try session.run(steps) == nil else { return false }
            for request in group {
                if case .work(let work) = request.body { try work(session) }
            }
            return true
        } catch {
            return false
        }
    }

    private func runOneByOne(_ group: [WriteRequest]) throws(SQLFailure) -> Outcome {
        var outcome = Outcome(after: try begin(group))
        for (index, request) in group.enumerated() {
            let release = index == 0 ? [] : [Step("RELEASE SAVEPOINT request", [])]
            _ = try session.run(release + [Step("SAVEPOINT request", [])])
            let ending = run(request, &outcome)
            if case .done(let answer) = ending {
                outcome.answers.append(.success(answer))
            } else {
                try control("ROLLBACK TO SAVEPOINT request")
                outcome.answers.append(answer(to: ending))
                if case .failed(.unavailable) = ending { outcome.isInDoubt = true }
            }
        }
        try commit(&outcome)
        return outcome
    }

    /// Opens the transaction; answers where the log ends.
    private func begin(_ group: [WriteRequest]) throws(SQLFailure) -> Position {
        guard let lock = dialect.lockLog, group.contains(where: \.isCommit) else {
            try control(dialect.begin)
            return start
        }
        // The head is asked by a statement of its own behind the lock: it must see what the one before us committed.
        let head = try session.query(EventStore.findHead, [], after: [Step(dialect.begin, []), Step(lock, [])]) {
            Position($0.integer(0))
        }
        return head.first ?? .start
    }

    private func commit(_ outcome: inout Outcome) throws(SQLFailure) {
        let beganAt = ContinuousClock.now
        var steps = dialect.commit.map { Step($0, []) }
        if let announce = dialect.announceLog, !outcome.events.isEmpty {
            steps.insert(Step(announce, [.text("\(outcome.head.value)")]), at: 0)
            beforeCommit(outcome.events, outcome.start)
        }
        _ = try session.run(steps)
        outcome.syncTime = ContinuousClock.now - beganAt
    }

    private func answer(to ending: Ending) -> Result<CommitOutcome, JournalError> {
        switch ending {
        case .done(let answer): return .success(answer)
        case .failed(let error): return .failure(error)
        case .repeated(let draft):
            if let original = try? MessageStore(session: session).findOriginal(of: draft) {
                return .success(.duplicate(original))
            }
            return .failure(.unavailable(reason: "a commit with one message twice"))
        }
    }

    private func run(_ request: WriteRequest, _ outcome: inout Outcome) -> Ending {
        do throws(SQLFailure) {
            switch request.body {
            case .commit(let commit): return try apply(commit, &outcome)
            case .work(let work):
                try work(session)
                return .done(.committed([]))
            }
        } catch {
            return .failed(.unavailable(reason: error.reason))
        }
    }

    private func apply(_ commit: Commit, _ outcome: inout Outcome) throws(SQLFailure) -> Ending {
        let plan = try CommitPlan(commit, after: outcome.head, dialect)
        guard let (index, refusal) = try session.run(plan.steps) else {
            outcome.add(plan.events)
            return .done(.committed(plan.events.map(\.position)))
        }
        switch refusal {
        case .versionConflict: return .failed(.versionConflict)
        case .fenced, .leaseHeld: return .failed(.fenced)
        case .nameTaken(let kind, let name): return .failed(.nameTaken(kind: kind, name: name))
        case .duplicate(let draft):
            // Nothing is written before the first step: a repetition, which platforms make often, stays cheap.
            guard index == 0, !session.isPipelined,
                let original = try MessageStore(session: session).findOriginal(of: draft)
            else { return .repeated(draft) }
            return .done(.duplicate(original))
        }
    }

    private func control(_ sql: SQL) throws(SQLFailure) { try session.execute(sql, []) }

    private func rollBack() {
        guard session.isInTransaction else { return }
        // A failing rollback leaves the transaction open; then the next group's BEGIN fails too and says why.
        _ = try? session.execute("ROLLBACK", [])
    }
}
