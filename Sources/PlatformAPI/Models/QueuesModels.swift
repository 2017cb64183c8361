extension ModelTable {
    /// Routing models: queues and their members: the API's own models in the notation of ``ModelTable``.
    static let queues = """
        QueueRequest: id s, name! s, division WritableDivision, description s, modifiedBy s, createdBy s, memberCount i,
            userMemberCount i, joinedMemberCount i, mediaSettings QueueMediaSettings, routingRules [RoutingRule],
            conditionalGroupRouting ConditionalGroupRouting, conditionalGroupActivation ConditionalGroupActivation,
            bullseye Bullseye, scoringMethod s=TimestampAndPriority|PriorityOnly,
            lastAgentRoutingMode s=Disabled|QueueMembersOnly|AnyAgent, acwSettings AcwSettings,
            skillEvaluationMethod s=NONE|BEST|ALL, memberGroups [MemberGroup], queueFlow DomainEntityRef,
            emailInQueueFlow DomainEntityRef, messageInQueueFlow DomainEntityRef, whisperPrompt DomainEntityRef,
            onHoldPrompt DomainEntityRef, defaultMediaLanguage s, autoAnswerOnly b,
            cannedResponseLibraries CannedResponseLibraries, enableTranscription b, enableAudioMonitoring b,
            enableManualAssignment b, agentOwnedRouting AgentOwnedRouting, directRouting DirectRouting,
            callingPartyName s, callingPartyNumber s, defaultScripts {o},
            outboundMessagingAddresses QueueMessagingAddresses, outboundEmailAddress QueueEmailAddress, peerId s,
            suppressInQueueCallRecording b, sourceQueueId s, messageHandling MessageHandling,
            agentSelectionMethod s=LongestIdle|RoundRobin|LeastOccupied, lastAgentWaitSeconds n[0..3600],
            inQueue InQueueSettings
        MessageHandling: declineAction s=STAY_AVAILABLE|NOT_RESPONDING, parkAfterSeconds i[10..259200],
            returnWaitSeconds i[0..86400]
        QueueMember: id s, name s, user o, ringNumber i[1..6], joined b, memberBy s, routingStatus RoutingStatus
        WritableEntity: id s
        WritableDivision: id s, name s
        QueueMediaSettings: call MediaSettings, callback CallbackMediaSettings, chat MediaSettings,
            email EmailMediaSettings, message MessageMediaSettings
        RoutingRule: operator s=MEETS_THRESHOLD|ANY, threshold i[0..100], waitSeconds n[0..259200]
        ConditionalGroupRouting: rules [ConditionalGroupRoutingRule]
        ConditionalGroupActivation: pilotRule ConditionalGroupActivationPilotRule,
            rules [ConditionalGroupActivationRule]
        Bullseye: rings [Ring]
        AcwSettings: wrapupPrompt s=MANDATORY| OPTIONAL| MANDATORY_TIMEOUT| MANDATORY_FORCED_TIMEOUT| AGENT_REQUESTED,
            timeoutMs i[1000..3600000]
        MemberGroup: id s, name s, division WritableDivision, type s=TEAM|GROUP|SKILLGROUP, memberCount i
        DomainEntityRef: id s, name s
        CannedResponseLibraries: libraryIds [s], mode s=All|SelectedOnly|None
        AgentOwnedRouting: enableAgentOwnedCallbacks b, maxOwnedCallbackHours i[1..168],
            maxOwnedCallbackDelayHours i[1..168]
        AgentDirectRoutingBackupSettings: queueId s, userId s, waitForAgent b, agentWaitSeconds i[0..864000]
        DirectRouting: callMediaSettings DirectRoutingMediaSettings, emailMediaSettings DirectRoutingMediaSettings,
            messageMediaSettings DirectRoutingMediaSettings, backupQueueId s, waitForAgent b,
            agentWaitSeconds i[0..864000]
        QueueMessagingAddresses: smsAddress DomainEntityRef, openMessagingRecipient DomainEntityRef,
            whatsAppRecipient DomainEntityRef
        QueueEmailAddress: domain DomainEntityRef, route o
        RoutingStatus: userId s, status s=OFF_QUEUE|IDLE|INTERACTING|NOT_RESPONDING|COMMUNICATING, startTime dt
        MediaSettings: enableAutoAnswer b, alertingTimeoutSeconds i[7..3600], serviceLevel ServiceLevel,
            autoAnswerAlertToneSeconds n, manualAnswerAlertToneSeconds n
        CallbackMediaSettings: enableAutoAnswer b, alertingTimeoutSeconds i[7..3600], serviceLevel ServiceLevel,
            autoAnswerAlertToneSeconds n, manualAnswerAlertToneSeconds n, mode s=AgentFirst|CustomerFirst,
            enableAutoDialAndEnd b, autoDialDelaySeconds i, autoEndDelaySeconds i, pacingModifier n, maxRetryCount i,
            retryDelaySeconds i, liveVoiceReactionType s=HangUp|TransferToQueue|TransferToFlow,
            liveVoiceFlow DomainEntityRef, answeringMachineReactionType s=HangUp|TransferToQueue|TransferToFlow,
            answeringMachineFlow DomainEntityRef, edgeGroup DomainEntityRef, site DomainEntityRef
        EmailMediaSettings: enableAutoAnswer b, alertingTimeoutSeconds i[7..3600], serviceLevel ServiceLevel,
            autoAnswerAlertToneSeconds n, manualAnswerAlertToneSeconds n, allOutboundEmailAddresses [QueueEmailAddress]
        MessageMediaSettings: enableAutoAnswer b, alertingTimeoutSeconds i[7..3600], serviceLevel ServiceLevel,
            autoAnswerAlertToneSeconds n, manualAnswerAlertToneSeconds n, subTypeSettings {MessageSubtypeSettings},
            enableInactivityTimeout b, inactivityTimeoutSettings InactivityTimeoutSettings
        ConditionalGroupRoutingRule: queue DomainEntityRef, metric s=EstimatedWaitTime|ServiceLevel, operator
            s=GreaterThan|GreaterThanOrEqualTo|LessThan|LessThanOrEqualTo, conditionValue n[0..259200],
            groups [MemberGroup], waitSeconds i[0..259200]
        ConditionalGroupActivationPilotRule: conditions [ConditionalGroupActivationCondition], conditionExpression s
        ConditionalGroupActivationRule: conditions [ConditionalGroupActivationCondition], conditionExpression s,
            groups [MemberGroup]
        Ring: expansionCriteria [ExpansionCriterium], actions Actions, memberGroups [MemberGroup]
        DirectRoutingMediaSettings: useAgentAddressOutbound b
        ServiceLevel: percentage n[0..1], durationMs i[0..2147483647]
        MessageSubtypeSettings: enableAutoAnswer b, enableInactivityTimeout b
        InactivityTimeoutSettings: timeoutSeconds i[1..259200], actionType s=DISCONNECT|SEND_TO_ARCHITECT_FLOW,
            flowId DomainEntityRef
        ConditionalGroupActivationCondition: simpleMetric ConditionalGroupActivationSimpleMetric, operator
            s=GreaterThan| GreaterThanOrEqualTo| LessThan| LessThanOrEqualTo| EqualTo| NotEqualTo, value n
        ExpansionCriterium: type s=TIMEOUT_SECONDS, threshold n[0..259200]
        Actions: skillsToRemove [SkillsToRemove]
        ConditionalGroupActivationSimpleMetric: metric s=EstimatedWaitTime|IdleAgentCount|ServiceLevel,
            queue DomainEntityRef
        SkillsToRemove: name s, id s
        """
}
