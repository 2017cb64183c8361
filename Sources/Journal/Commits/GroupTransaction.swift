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

    /// What became of a group.
    struct Outcome {
        /// An answer per request, in order.
        var answers: [Result<CommitOutcome, JournalError>] = []
        /// The events that are durable now, in order.
        var events: [RecordedEvent] = []
        /// Whether the database failed: the next group must ask it where the log ends.
        var isInDoubt = false
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
            return Outcome(answers: group.map { _ in .failure(failure) }, isInDoubt: true)
        }
    }

    /// The fast way; `nil` if something was refused, with the transaction still open.
    private func runThrough(_ group: [WriteRequest]) throws(SQLFailure) -> Outcome? {
        var outcome = Outcome()
        outcome.answers.reserveCapacity(group.count)
        try control(dialect.begin)
        for request in group {
            guard case .done(let answer) = run(request, &outcome) else { return nil }
            outcome.answers.append(.success(answer))
        }
        try control("COMMIT")
        return outcome
    }

    private func runOneByOne(_ group: [WriteRequest]) throws(SQLFailure) -> Outcome {
        var outcome = Outcome()
        try control(dialect.begin)
        for request in group {
            try control("SAVEPOINT request")
            let ending = run(request, &outcome)
            if case .done(let answer) = ending {
                outcome.answers.append(.success(answer))
            } else {
                try control("ROLLBACK TO SAVEPOINT request")
                outcome.answers.append(answer(to: ending))
                if case .failed(.unavailable) = ending { outcome.isInDoubt = true }
            }
            try control("RELEASE SAVEPOINT request")
        }
        try control("COMMIT")
        return outcome
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
        let plan = try CommitPlan(commit, after: outcome.events.last?.position ?? start, dialect)
        for (index, step) in plan.steps.enumerated() {
            guard let refusal = try session.run(step) else { continue }
            switch refusal {
            case .versionConflict: return .failed(.versionConflict)
            case .fenced, .leaseHeld: return .failed(.fenced)
            case .nameTaken(let kind, let name): return .failed(.nameTaken(kind: kind, name: name))
            case .duplicate(let draft):
                // Nothing is written before the first step: a repetition, which platforms make often, stays cheap.
                guard index == 0, let original = try MessageStore(session: session).findOriginal(of: draft) else {
                    return .repeated(draft)
                }
                return .done(.duplicate(original))
            }
        }
        outcome.events += plan.events
        return .done(.committed(plan.events.map(\.position)))
    }

    private func control(_ sql: SQL) throws(SQLFailure) { try session.execute(sql, []) }

    private func rollBack() {
        guard session.isInTransaction else { return }
        // A failing rollback leaves the transaction open; then the next group's BEGIN fails too and says why.
        _ = try? session.execute("ROLLBACK", [])
    }
}
