import Foundation

/// Times to choose from; answered by ``Answer/date(_:to:label:)``.
public struct DatePicker: Sendable, Hashable {
    /// A time that is free.
    public struct Time: Sendable, Hashable {
        public let startsAt: Date
        public let durationSeconds: Int
        /// As the business wrote it, which is how it wants it back.
        let wire: String

        init?(_ json: JSON) {
            guard let wire = json["dateTime"]?.string, let start = WireTime.date(wire) else { return nil }
            self.wire = wire
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
        /// By which an answer names it, see ``Answer/Field``.
        public let id: String?
        public let title: String?

        init(_ json: JSON) {
            let type = json["formComponentType"]?.string ?? ""
            let question = json[type.prefix(1).lowercased() + type.dropFirst()]
            self.type = type
            members = json
            id = question?["id"]?.string
            title = question?["title"]?.string
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
