import NIOCore

/// The close codes that we send, and the rules for those that clients send (RFC 6455, section 7.4).
enum SocketClose {
    static let normal: UInt16 = 1000
    static let goingAway: UInt16 = 1001
    static let protocolError: UInt16 = 1002
    static let unacceptableData: UInt16 = 1003
    static let invalidText: UInt16 = 1007
    static let policyViolation: UInt16 = 1008
    static let tooLarge: UInt16 = 1009
    static let unresponsive: UInt16 = 1011

    /// What a client said in its close frame.
    enum Said: Equatable {
        /// The code to answer with; `nil` when there was none.
        case valid(UInt16?)
        /// Not what the protocol allows; the code to close with.
        case invalid(UInt16)
    }

    static func read(_ payload: ByteBuffer) -> Said {
        var payload = payload
        guard payload.readableBytes > 0 else { return .valid(nil) }
        guard let code = payload.readInteger(as: UInt16.self), mayBeSent(code) else { return .invalid(protocolError) }
        let isText = payload.withUnsafeReadableBytes { UTF8Check.isValid($0) }
        return isText ? .valid(code) : .invalid(invalidText)
    }

    /// Codes that the standard and its registry let an endpoint send, and those left to libraries and applications.
    static func mayBeSent(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// The reason, cut at a character so that the payload with its code keeps to a control frame's 125 bytes.
    static func fitted(_ reason: String) -> Substring.UTF8View {
        var text = reason[...]
        while text.utf8.count > 123 { text = text.dropLast() }
        return text.utf8
    }
}
