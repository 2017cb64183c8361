import Foundation

/// Times to choose from; answered by ``Answer/date(_:to:label:)``.
public struct DatePicker: Sendable, Hashable {
    /// A time that is free.
    public struct Time: Sendable, Hashable {
        public let startsAt: Date
        public let durationSeconds: Int

        init?(_ json: JSON) {
            guard let start = json["dateTime"]?.string.flatMap(WireTime.date) else { return nil }
            startsAt = start
            durationSeconds = json["duration"]?.integer ?? 0
        }
    }

    public let title: String?
    public let subtitle: String?
    public let imageURL: URL?
    public let earliest: Date?
    public let latest: Date?
    public let times: [Time]

    init(_ json: JSON) {
        title = json["title"]?.string
        subtitle = json["subtitle"]?.string
        imageURL = json["imageUrl"]?.string.flatMap { URL(string: $0) }
        earliest = json["dateMinimum"]?.string.flatMap(WireTime.date)
        latest = json["dateMaximum"]?.string.flatMap(WireTime.date)
        times = (json["availableTimes"]?.elements ?? []).compactMap(Time.init)
    }
}

/// Items to choose from; answered by ``Answer/items(_:to:)``.
public struct ListPicker: Sendable, Hashable {
    /// Items under a title.
    public struct Section: Sendable, Hashable {
        public let title: String
        public let allowsSeveral: Bool
        public let items: [Item]

        init(_ json: JSON) {
            title = json["title"]?.string ?? ""
            allowsSeveral = json["multipleSelection"]?.bool ?? false
            items = (json["items"]?.elements ?? []).map(Item.init)
        }
    }

    /// One item.
    public struct Item: Sendable, Hashable, Identifiable {
        public let id: String
        public let title: String
        public let subtitle: String?
        public let imageURL: URL?

        init(_ json: JSON) {
            id = json["id"]?.string ?? ""
            title = json["title"]?.string ?? ""
            subtitle = json["subtitle"]?.string
            imageURL = json["imageUrl"]?.string.flatMap { URL(string: $0) }
        }
    }

    public let id: String?
    public let sections: [Section]
    /// What the message shows before and after the choice, as the wire has it.
    public let receivedMessage: JSON?
    public let replyMessage: JSON?

    init(_ json: JSON) {
        id = json["id"]?.string
        sections = (json["sections"]?.elements ?? []).map(Section.init)
        receivedMessage = json["receivedMessage"]
        replyMessage = json["replyMessage"]
    }
}

/// Questions on pages; answered by ``Answer/form(_:fields:to:)``.
public struct Form: Sendable, Hashable {
    /// A page.
    public struct Page: Sendable, Hashable {
        public let title: String
        public let subtitle: String
        public let components: [Component]

        init(_ json: JSON) {
            title = json["title"]?.string ?? ""
            subtitle = json["subtitle"]?.string ?? ""
            components = (json["pageComponents"]?.elements ?? []).map(Component.init)
        }
    }

    /// A question: `Input`, `DatePicker`, `ListPicker` or `WheelPicker`, with its members as the wire has them.
    public struct Component: Sendable, Hashable {
        public let type: String
        public let members: JSON

        init(_ json: JSON) {
            type = json["formComponentType"]?.string ?? ""
            members = json
        }
    }

    public let cannedResponseID: String
    public let title: String?
    public let pages: [Page]
    public let showsSummary: Bool

    init(_ json: JSON) {
        cannedResponseID = json["cannedResponseId"]?.string ?? ""
        title = json["introduction"]?["title"]?.string
        pages = (json["formPages"]?.elements ?? []).map(Page.init)
        showsSummary = json["showSummary"]?.bool ?? false
    }
}
