// The shapes of the wire: reference sections B.5, C.2 and E.2. Times stay the text that the platform sent.

/// A line of a payment request.
public struct LineItem: Codable, Hashable, Sendable {
    public var name: String?
    public var price: Double?
    public var description: String?
    public var identifier: String?

    /// Every part may be absent.
    public init(name: String? = nil, price: Double? = nil, description: String? = nil, identifier: String? = nil) {
        self.name = name
        self.price = price
        self.description = description
        self.identifier = identifier
    }
}

/// A request for payment.
public struct PaymentRequest: Codable, Hashable, Sendable {
    /// `ApplePay`.
    public var paymentPlatform: String?
    public var countryCode: String?
    public var currencyCode: String?
    public var orderTotal: Double?
    public var lineItems: [LineItem]?
    public var shippingOptions: [LineItem]?
    public var requiredContactFields: [RequiredContactField]?
    public var receivedMessage: ReceivedReplyMessage?
    public var replyMessage: ReceivedReplyMessage?

    /// Every part may be absent.
    public init(
        paymentPlatform: String? = nil, countryCode: String? = nil, currencyCode: String? = nil,
        orderTotal: Double? = nil, lineItems: [LineItem]? = nil, shippingOptions: [LineItem]? = nil,
        requiredContactFields: [RequiredContactField]? = nil, receivedMessage: ReceivedReplyMessage? = nil,
        replyMessage: ReceivedReplyMessage? = nil
    ) {
        self.paymentPlatform = paymentPlatform
        self.countryCode = countryCode
        self.currencyCode = currencyCode
        self.orderTotal = orderTotal
        self.lineItems = lineItems
        self.shippingOptions = shippingOptions
        self.requiredContactFields = requiredContactFields
        self.receivedMessage = receivedMessage
        self.replyMessage = replyMessage
    }
}

/// How a payment ended.
public struct PaymentResponse: Codable, Hashable, Sendable {
    public var originatingMessageId: String?
    /// `Completed`, `Failed`.
    public var paymentStatus: String?
    public var failureReason: String?

    /// Every part may be absent.
    public init(originatingMessageId: String? = nil, paymentStatus: String? = nil, failureReason: String? = nil) {
        self.originatingMessageId = originatingMessageId
        self.paymentStatus = paymentStatus
        self.failureReason = failureReason
    }
}

/// A contact field that a payment needs.
public struct RequiredContactField: Codable, Hashable, Sendable {
    /// `Address`, `Name`, `Phone`, `Email`.
    public var contactField: String?

    /// Every part may be absent.
    public init(contactField: String? = nil) {
        self.contactField = contactField
    }
}
