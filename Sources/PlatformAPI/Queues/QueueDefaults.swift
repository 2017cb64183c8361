import ContactCenter

/// What a queue has that nobody said anything about (reference, section F.3). A PUT that leaves a member out brings it
/// back to this.
enum QueueDefaults {
    static let body: JSONValue = [
        "mediaSettings": [
            "call": media(alertingSeconds: 8, levelMs: 20_000), "callback": media(alertingSeconds: 30, levelMs: 20_000),
            "chat": media(alertingSeconds: 30, levelMs: 20_000),
            "email": media(alertingSeconds: 300, levelMs: 86_400_000),
            "message": media(alertingSeconds: Queue.alertingSecondsDefault, levelMs: 20_000),
        ],
        "acwSettings": ["wrapupPrompt": "OPTIONAL"],
        "skillEvaluationMethod": "ALL", "scoringMethod": "TimestampAndPriority",
        "lastAgentRoutingMode": "QueueMembersOnly", "routingRules": [], "memberGroups": [], "description": "",
        "autoAnswerOnly": true, "enableTranscription": false, "enableAudioMonitoring": false,
        "enableManualAssignment": false, "suppressInQueueCallRecording": true, "defaultScripts": [:],
        "agentOwnedRouting": [
            "enableAgentOwnedCallbacks": false, "maxOwnedCallbackHours": 168, "maxOwnedCallbackDelayHours": 72,
        ],
    ]

    private static func media(alertingSeconds: Int64, levelMs: Int64) -> JSONValue {
        [
            "enableAutoAnswer": false, "alertingTimeoutSeconds": .integer(alertingSeconds),
            "serviceLevel": ["percentage": 0.8, "durationMs": .integer(levelMs)],
        ]
    }
}
