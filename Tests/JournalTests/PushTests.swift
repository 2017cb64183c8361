import ContactCenter
import Foundation
import Testing

@testable import Journal

@Suite("Devices of guests")
struct PushTests {
    private func device(_ number: Int, guest: String = "hana", at milliseconds: Int64 = 10) -> PushDeviceRecord {
        var device = PushDeviceRecord(
            id: key(number), deployment: key(90), tokenHash: "token-\(number)", platformUser: guest,
            deviceToken: "device-\(number)", service: .fcm)
        device.language = "ja"
        device.kind = "android"
        device.registeredAt = at(milliseconds)
        device.expiresAt = at(milliseconds + 1_000)
        return device
    }

    /// A guest who is known, and an event for the log to begin at.
    private func plant(_ guest: String, _ number: Int, in journal: SQLJournal) async throws {
        let identity = ContactIdentity(
            id: key(number), contact: key(number), integration: key(90), platformUser: guest, profile: .init(),
            conversation: nil)
        var commit = Commit.notes(on: number, after: 0)
        commit.identity = .insert(identity)
        try await journal.commit(commit).ignore()
    }

    private func entry(_ position: Int64, to identity: Int, at milliseconds: Int64 = 100) -> PushEntry {
        PushEntry(
            position: Position(position), identity: key(identity), message: key(Int(position)), conversation: key(7),
            at: at(milliseconds))
    }

    @Test("a session has one device, which is changed and goes", arguments: TestedEngine.allCases)
    func registration(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await plant("hana", 1, in: journal)
            #expect(try await journal.pushPosition() == .start)
            #expect(try await journal.addDevice(device(1), perGuestMax: 2))
            #expect(try await journal.pushPosition() == Position(1), "what was before concerns nobody")
            var again = device(2)
            again.tokenHash = "token-1"
            #expect(try await journal.addDevice(again, perGuestMax: 2) == false)
            let isChanged = try await journal.changeDevice(
                of: "token-1", deployment: key(90), deviceToken: nil, language: "fr")
            #expect(isChanged)
            #expect(try await journal.devices(expiredBy: at(1_009), limit: 10) == [])
            var expected = device(1)
            expected.language = "fr"
            #expect(try await journal.devices(expiredBy: at(1_010), limit: 10) == [expected])
            try await journal.extendDevice(key(1), to: at(2_000))
            #expect(try await journal.devices(expiredBy: at(1_010), limit: 10) == [])
            #expect(try await journal.removeDevice(of: "token-1", deployment: key(90)))
            #expect(try await journal.removeDevice(of: "token-1", deployment: key(90)) == false)
        }
    }

    @Test("a guest has so many devices: the oldest goes with what it had to be told", arguments: TestedEngine.allCases)
    func surplus(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await plant("hana", 1, in: journal)
            #expect(try await journal.addDevice(device(1, at: 1), perGuestMax: 2))
            #expect(try await journal.addDevice(device(2, at: 2), perGuestMax: 2))
            try await journal.enqueuePushes([entry(2, to: 1)], through: Position(2), perDeviceMax: 9)
            #expect(try await journal.addDevice(device(3, at: 3), perGuestMax: 2))
            let due = try await journal.pushes(dueBy: at(100), limit: 10)
            #expect(due.map(\.device.id) == [key(2)])
            #expect(try await journal.backlog(at: at(100)).pushesCount == 1)
        }
    }

    @Test("each device of the guest is told once, in the order of the log", arguments: TestedEngine.allCases)
    func order(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await plant("hana", 1, in: journal)
            try await plant("kenji", 2, in: journal)
            for number in 1...2 { #expect(try await journal.addDevice(device(number), perGuestMax: 9)) }
            #expect(try await journal.addDevice(device(3, guest: "kenji", at: 150), perGuestMax: 9))
            let entries = [entry(3, to: 1), entry(4, to: 1, at: 110), entry(5, to: 2, at: 140)]
            for _ in 0..<2 {
                try await journal.enqueuePushes(entries, through: Position(5), perDeviceMax: 9)
            }
            #expect(try await journal.pushPosition() == Position(5))
            #expect(try await journal.nextPushDueAt() == at(100))
            let heads = try await journal.pushes(dueBy: at(200), limit: 10)
            #expect(Set(heads.map(\.device.id)) == [key(1), key(2)], "kenji's device came after the message")
            #expect(heads.allSatisfy { $0.position == Position(3) && $0.message == key(3) && $0.attempts == 0 })
            try await journal.finishPush(heads[0])
            try await journal.retryPush(heads[1], dueAt: at(500))
            let next = try await journal.pushes(dueBy: at(200), limit: 10)
            #expect(next.map(\.position) == [Position(4)] && next.first?.device == heads[0].device)
            try await journal.finishPush(next[0])
            #expect(try await journal.nextPushDueAt() == at(500), "its others wait as long")
            #expect(try await journal.pushes(dueBy: at(500), limit: 10).map(\.attempts) == [1])
        }
    }

    @Test("of one device so many wait: the oldest go", arguments: TestedEngine.allCases)
    func bound(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await plant("hana", 1, in: journal)
            #expect(try await journal.addDevice(device(1), perGuestMax: 9))
            let entries = (2...9).map { entry($0, to: 1) }
            try await journal.enqueuePushes(entries, through: Position(9), perDeviceMax: 3)
            #expect(try await journal.pushes(dueBy: at(200), limit: 10).map(\.position) == [Position(7)])
            #expect(try await journal.backlog(at: at(200)).pushesCount == 3)
        }
    }

    @Test("a device goes only with the address that is gone", arguments: TestedEngine.allCases)
    func address(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await plant("hana", 1, in: journal)
            #expect(try await journal.addDevice(device(1), perGuestMax: 9))
            try await journal.enqueuePushes([entry(2, to: 1)], through: Position(2), perDeviceMax: 9)
            let isChanged = try await journal.changeDevice(
                of: "token-1", deployment: key(90), deviceToken: "new", language: nil)
            #expect(isChanged)
            try await journal.removeDevice(key(1), addressed: "device-1")
            #expect(try await journal.pushes(dueBy: at(200), limit: 10).map(\.device.deviceToken) == ["new"])
            try await journal.removeDevice(key(1), addressed: "new")
            #expect(try await journal.nextPushDueAt() == nil)
        }
    }

    @Test("a token may belong to another guest than it says", arguments: TestedEngine.allCases)
    func attachment(on engine: TestedEngine) async throws {
        try await withJournal(on: engine) { journal async throws in
            try await plant("hana", 1, in: journal)
            #expect(try await journal.addDevice(device(1, guest: "nobody"), perGuestMax: 9))
            try await journal.attachDevices(of: "token-1", to: "hana", deployment: key(90), until: at(50))
            try await journal.attachDevices(of: "token-2", to: "hana", deployment: key(90), until: at(50))
            #expect(try await journal.addDevice(device(2, guest: "nobody"), perGuestMax: 9))
            try await journal.enqueuePushes([entry(2, to: 1)], through: Position(2), perDeviceMax: 9)
            #expect(try await journal.pushes(dueBy: at(200), limit: 10).count == 2)
            try await journal.forgetAttachments(expiredBy: at(50))
            #expect(try await journal.removeDevice(of: "token-2", deployment: key(90)))
            #expect(try await journal.addDevice(device(2, guest: "nobody"), perGuestMax: 9))
            try await journal.enqueuePushes([entry(3, to: 1)], through: Position(3), perDeviceMax: 9)
            #expect(try await journal.backlog(at: at(200)).pushesCount == 2)
        }
    }
}
