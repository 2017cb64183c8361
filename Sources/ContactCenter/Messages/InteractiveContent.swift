// The shapes of the wire: reference sections B.5, C.2 and E.2. Times stay the text that the platform sent.

/// Times to choose from.
public struct DatePicker: Codable, Hashable, Sendable {
    public var id: String?
    public var title: String?
    public var subtitle: String?
    public var imageUrl: String?
    public var dateMinimum: String?
    public var dateMaximum: String?
    public var location: Location?
    public var availableTimes: [AvailableTime]?
    /// `dayMonthYear`, `monthDayYear`, `yearMonthDay`.
    public var dateDisplayFormat: String?

    /// Every part may be absent.
    public init(
        id: String? = nil, title: String? = nil, subtitle: String? = nil, imageUrl: String? = nil,
        dateMinimum: String? = nil, dateMaximum: String? = nil, location: Location? = nil,
        availableTimes: [AvailableTime]? = nil, dateDisplayFormat: String? = nil
    ) {
        self.id = id
        self.title = title
        self.subtitle = subtitle
        self.imageUrl = imageUrl
        self.dateMinimum = dateMinimum
        self.dateMaximum = dateMaximum
        self.location = location
        self.availableTimes = availableTimes
        self.dateDisplayFormat = dateDisplayFormat
    }
}

/// One time of a date picker; `duration` in seconds.
public struct AvailableTime: Codable, Hashable, Sendable {
    public var duration: Int64?
    public var dateTime: String?

    /// Every part may be absent.
    public init(duration: Int64? = nil, dateTime: String? = nil) {
        self.duration = duration
        self.dateTime = dateTime
    }
}

/// A form of several pages, or the answers to one.
public struct Form: Codable, Hashable, Sendable {
    public var introduction: Introduction?
    public var formPages: [FormPage]?
    public var receivedMessage: ReceivedReplyMessage?
    public var replyMessage: ReceivedReplyMessage?
    public var showSummary: Bool?
    public var response: [FormResponseComponent]?
    public var originatingMessageId: String?
    public var cannedResponseId: String?

    /// Every part may be absent.
    public init(
        introduction: Introduction? = nil, formPages: [FormPage]? = nil, receivedMessage: ReceivedReplyMessage? = nil,
        replyMessage: ReceivedReplyMessage? = nil, showSummary: Bool? = nil, response: [FormResponseComponent]? = nil,
        originatingMessageId: String? = nil, cannedResponseId: String? = nil
    ) {
        self.introduction = introduction
        self.formPages = formPages
        self.receivedMessage = receivedMessage
        self.replyMessage = replyMessage
        self.showSummary = showSummary
        self.response = response
        self.originatingMessageId = originatingMessageId
        self.cannedResponseId = cannedResponseId
    }
}

/// A text field of a form.
public struct Input: Codable, Hashable, Sendable {
    public var id: String?
    public var title: String?
    public var subtitle: String?
    public var placeholderText: String?
    public var isRequired: Bool?
    public var isMultipleLine: Bool?
    /// `Default`, `NumberPunctuation`, `Number`, `Phone`, `Email`, `Decimal`, `Websearch`, `URL`.
    public var keyboardType: String?
    public var autoCompleteType: String?

    /// Every part may be absent.
    public init(
        id: String? = nil, title: String? = nil, subtitle: String? = nil, placeholderText: String? = nil,
        isRequired: Bool? = nil, isMultipleLine: Bool? = nil, keyboardType: String? = nil,
        autoCompleteType: String? = nil
    ) {
        self.id = id
        self.title = title
        self.subtitle = subtitle
        self.placeholderText = placeholderText
        self.isRequired = isRequired
        self.isMultipleLine = isMultipleLine
        self.keyboardType = keyboardType
        self.autoCompleteType = autoCompleteType
    }
}

/// The first page of a form.
public struct Introduction: Codable, Hashable, Sendable {
    public var title: String?
    public var subtitle: String?
    public var imageUrl: String?
    public var buttonText: String?

    /// Every part may be absent.
    public init(title: String? = nil, subtitle: String? = nil, imageUrl: String? = nil, buttonText: String? = nil) {
        self.title = title
        self.subtitle = subtitle
        self.imageUrl = imageUrl
        self.buttonText = buttonText
    }
}

/// Items to choose from, in sections.
public struct ListPicker: Codable, Hashable, Sendable {
    public var id: String?
    public var sections: [ListPickerSection]?
    public var replyMessage: ReceivedReplyMessage?
    public var receivedMessage: ReceivedReplyMessage?

    /// Every part may be absent.
    public init(
        id: String? = nil, sections: [ListPickerSection]? = nil, replyMessage: ReceivedReplyMessage? = nil,
        receivedMessage: ReceivedReplyMessage? = nil
    ) {
        self.id = id
        self.sections = sections
        self.replyMessage = replyMessage
        self.receivedMessage = receivedMessage
    }
}

/// One item of a list picker.
public struct ListPickerItem: Codable, Hashable, Sendable {
    public var id: String?
    public var title: String?
    public var subtitle: String?
    public var imageUrl: String?

    /// Every part may be absent.
    public init(id: String? = nil, title: String? = nil, subtitle: String? = nil, imageUrl: String? = nil) {
        self.id = id
        self.title = title
        self.subtitle = subtitle
        self.imageUrl = imageUrl
    }
}

/// A section of a list picker.
public struct ListPickerSection: Codable, Hashable, Sendable {
    public var title: String?
    public var multipleSelection: Bool?
    public var items: [ListPickerItem]?

    /// Every part may be absent.
    public init(title: String? = nil, multipleSelection: Bool? = nil, items: [ListPickerItem]? = nil) {
        self.title = title
        self.multipleSelection = multipleSelection
        self.items = items
    }
}

/// How an interactive message looks when received or answered.
public struct ReceivedReplyMessage: Codable, Hashable, Sendable {
    public var header: String?
    public var title: String?
    public var subtitle: String?
    public var buttonLabel: String?
    public var imageUrl: String?

    /// Every part may be absent.
    public init(
        header: String? = nil, title: String? = nil, subtitle: String? = nil, buttonLabel: String? = nil,
        imageUrl: String? = nil
    ) {
        self.header = header
        self.title = title
        self.subtitle = subtitle
        self.buttonLabel = buttonLabel
        self.imageUrl = imageUrl
    }
}

/// A wheel to choose from.
public struct WheelPicker: Codable, Hashable, Sendable {
    public var id: String?
    /// What is asked; ours, the API leaves a wheel without words.
    public var title: String?
    public var items: [WheelPickerItem]?

    /// Every part may be absent.
    public init(id: String? = nil, title: String? = nil, items: [WheelPickerItem]? = nil) {
        self.id = id
        self.title = title
        self.items = items
    }
}

/// One item of a wheel.
public struct WheelPickerItem: Codable, Hashable, Sendable {
    public var id: String?
    public var title: String?
    public var value: String?

    /// Every part may be absent.
    public init(id: String? = nil, title: String? = nil, value: String? = nil) {
        self.id = id
        self.title = title
        self.value = value
    }
}

/// A page of a form.
public struct FormPage: Codable, Hashable, Sendable {
    public var title: String?
    public var subtitle: String?
    public var pageComponents: [FormPageComponent]?

    /// Every part may be absent.
    public init(title: String? = nil, subtitle: String? = nil, pageComponents: [FormPageComponent]? = nil) {
        self.title = title
        self.subtitle = subtitle
        self.pageComponents = pageComponents
    }
}

/// A component of a form page.
public struct FormPageComponent: Codable, Hashable, Sendable {
    /// `ListPicker`, `DatePicker`, `WheelPicker`, `Input`.
    public var formComponentType: String?
    public var datePicker: DatePicker?
    public var wheelPicker: WheelPicker?
    public var listPicker: ListPicker?
    public var input: Input?

    /// Every part may be absent.
    public init(
        formComponentType: String? = nil, datePicker: DatePicker? = nil, wheelPicker: WheelPicker? = nil,
        listPicker: ListPicker? = nil, input: Input? = nil
    ) {
        self.formComponentType = formComponentType
        self.datePicker = datePicker
        self.wheelPicker = wheelPicker
        self.listPicker = listPicker
        self.input = input
    }
}

/// The answer to one component.
public struct FormResponseComponent: Codable, Hashable, Sendable {
    public var id: String?
    public var component: FormResponseContent?

    /// Every part may be absent.
    public init(id: String? = nil, component: FormResponseContent? = nil) {
        self.id = id
        self.component = component
    }
}

/// The content of an answer.
public struct FormResponseContent: Codable, Hashable, Sendable {
    /// `ButtonResponse`.
    public var contentType: String?
    public var buttonResponse: ButtonResponse?

    /// Every part may be absent.
    public init(contentType: String? = nil, buttonResponse: ButtonResponse? = nil) {
        self.contentType = contentType
        self.buttonResponse = buttonResponse
    }
}
