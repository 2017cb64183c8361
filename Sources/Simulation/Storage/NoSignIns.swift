import ContactCenter
import Journal

/// Simulated guests do not sign in.
extension SimulatedJournal {
    private static var none: JournalError { .unavailable(reason: "simulated guests do not sign in") }

    func guestSubject(_ subject: String, deployment: IntegrationID) async throws(JournalError) -> GuestSubjectRecord? {
        throw Self.none
    }

    func signIn(_ record: GuestSignInRecord) async throws(JournalError) -> GuestSignInOutcome { throw Self.none }

    func wasSignedIn(tokenHash: String, deployment: IntegrationID) async throws(JournalError) -> Bool { false }

    func signOut(
        _ subject: String, known platformUser: String, deployment: IntegrationID
    ) async throws(JournalError) -> GuestSubjectRecord { throw Self.none }

    func saveRefresh(_ record: GuestRefreshRecord, countMax: Int) async throws(JournalError) { throw Self.none }

    func refresh(hash: String) async throws(JournalError) -> GuestRefreshRecord? { throw Self.none }

    func removeSignIns(expiredBy instant: Instant) async throws(JournalError) { throw Self.none }
}
