import ContactCenter
import Foundation
import Journal
import Testing

@testable import Engine

@Suite("What a message looks like, written once")
struct RenderingsTests {
    static func detail() -> MessageDetail {
        let draft = MessageDraft(
            id: Identifier(high: 1, low: 1), identity: Identifier(high: 1, low: 2),
            conversation: Identifier(high: 1, low: 3), communication: Identifier(high: 1, low: 4),
            integration: Identifier(high: 1, low: 5), externalID: nil, isInbound: false, status: .sent,
            at: Instant(milliseconds: 1), body: Data())
        return MessageDetail(MessageRecord(position: Position(1), draft: draft), NormalizedMessage(type: .text))
    }

    @Test("a form is made once, also for copies of the value; another form is another")
    func once() {
        let detail = Self.detail()
        let copy = detail
        #expect(detail.renderings.bytes("a") { [1] } == [1])
        #expect(copy.renderings.bytes("a") { [2] } == [1])
        #expect(copy.renderings.bytes("b") { [3] } == [3])
    }

    @Test("a message whose status has changed is written anew, and is another value for that alone")
    func status() {
        var detail = Self.detail()
        _ = detail.renderings.bytes("a") { [1] }
        let before = detail
        #expect(before == Self.detail())
        detail.status = .read
        #expect(detail.renderings.bytes("a") { [2] } == [2])
        #expect(before.renderings.bytes("a") { [3] } == [1])
        #expect(before != detail)
    }
}
