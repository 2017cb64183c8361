import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Sign-ins of guests")
struct GuestSignInTests {
    static func record(_ token: String, _ subject: String, takesOver: Bool = true) -> GuestSignInRecord {
        GuestSignInRecord(
            deployment: shop, tokenHash: token, subject: subject, platformUser: "subject-\(subject)",
            takesOver: takesOver, expiresAt: Instant(milliseconds: 1_000))
    }

    static let shop = IntegrationID(high: 1, low: 1)

    /// A guest who has written.
    static func identity(_ user: String, _ number: UInt64) -> ContactIdentity {
        ContactIdentity(
            id: IdentityID(high: 2, low: number), contact: ContactID(high: 3, low: number), integration: shop,
            platformUser: user, profile: .init(), conversation: nil)
    }

    @Test("a conversation is taken over once, by a customer who has none", arguments: TestedEngine.allCases)
    func takesOver(engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            _ = try await journal.commit(Commit(identity: .insert(Self.identity("tab", 1))))
            let taken = try await journal.signIn(Self.record("tab", "hanako"))
            #expect(taken == GuestSignInOutcome(platformUser: "tab", isFirst: true, tookOver: true))
            // Again, from another token, and somebody else with the same token.
            #expect(
                try await journal.signIn(Self.record("tab", "hanako"))
                    == GuestSignInOutcome(platformUser: "tab", isFirst: false, tookOver: false))
            #expect(try await journal.signIn(Self.record("phone", "hanako")).platformUser == "tab")
            #expect(try await journal.signIn(Self.record("tab", "taro")).platformUser == "subject-taro")
            #expect(try await journal.guestSubject("hanako", deployment: Self.shop)?.platformUser == "tab")
            for token in ["tab", "phone"] {
                #expect(try await journal.wasSignedIn(tokenHash: token, deployment: Self.shop))
            }
            #expect(try await !journal.wasSignedIn(tokenHash: "stranger", deployment: Self.shop))
        }
    }

    @Test(
        "a customer with a conversation keeps it, and nothing is taken over from nobody",
        arguments: TestedEngine.allCases)
    func keeps(engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            _ = try await journal.commit(Commit(identity: .insert(Self.identity("subject-hanako", 1))))
            _ = try await journal.commit(Commit(identity: .insert(Self.identity("tab", 2))))
            let kept = try await journal.signIn(Self.record("tab", "hanako"))
            #expect(kept == GuestSignInOutcome(platformUser: "subject-hanako", isFirst: true, tookOver: false))
            #expect(try await journal.signIn(Self.record("empty", "taro")).tookOver == false)
            _ = try await journal.commit(Commit(identity: .insert(Self.identity("other", 3))))
            #expect(try await journal.signIn(Self.record("other", "mio", takesOver: false)).tookOver == false)
        }
    }

    @Test(
        "signing out counts on and takes the refresh tokens, also of who never came back",
        arguments: TestedEngine.allCases)
    func signsOut(engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            _ = try await journal.commit(Commit(identity: .insert(Self.identity("tab", 1))))
            _ = try await journal.signIn(Self.record("tab", "hanako"))
            for number in 1...4 {
                try await journal.saveRefresh(
                    GuestRefreshRecord(
                        hash: "r\(number)", deployment: Self.shop, subject: "hanako",
                        expiresAt: Instant(milliseconds: Int64(number)), body: Data("{}".utf8)), countMax: 3)
            }
            #expect(try await journal.refresh(hash: "r1") == nil)
            #expect(try await journal.refresh(hash: "r2")?.subject == "hanako")
            for (number, user) in ["tab", "stranger"].enumerated() {
                let device = PushDeviceRecord(
                    id: Identifier(high: 9, low: UInt64(number)), deployment: Self.shop, tokenHash: user,
                    platformUser: user, deviceToken: "d", service: .fcm)
                #expect(try await journal.addDevice(device, perGuestMax: 3))
            }
            let out = try await journal.signOut("hanako", known: "subject-hanako", deployment: Self.shop)
            #expect(out.generation == 1 && out.platformUser == "tab")
            #expect(try await journal.refresh(hash: "r4") == nil)
            #expect(
                try await journal.devices(expiredBy: Instant(milliseconds: 1), limit: 9).map(\.tokenHash) == [
                    "stranger"
                ])
            #expect(try await journal.signOut("hanako", known: "subject-hanako", deployment: Self.shop).generation == 2)
            #expect(try await journal.signOut("nobody", known: "subject-nobody", deployment: Self.shop).generation == 1)
        }
    }

    @Test(
        "what is over goes, but a conversation that was taken over stays its customer's",
        arguments: TestedEngine.allCases)
    func expires(engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            _ = try await journal.commit(Commit(identity: .insert(Self.identity("tab", 1))))
            _ = try await journal.signIn(Self.record("tab", "hanako"))
            _ = try await journal.signIn(Self.record("phone", "hanako"))
            try await journal.saveRefresh(
                GuestRefreshRecord(
                    hash: "r", deployment: Self.shop, subject: "hanako", expiresAt: Instant(milliseconds: 2_000),
                    body: Data()), countMax: 3)
            try await journal.removeSignIns(expiredBy: Instant(milliseconds: 1_000))
            #expect(try await journal.wasSignedIn(tokenHash: "tab", deployment: Self.shop))
            #expect(try await !journal.wasSignedIn(tokenHash: "phone", deployment: Self.shop))
            #expect(try await journal.refresh(hash: "r") != nil)
            try await journal.removeSignIns(expiredBy: Instant(milliseconds: 2_000))
            #expect(try await journal.refresh(hash: "r") == nil)
        }
    }
}
