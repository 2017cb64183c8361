extension ModelTable {
    /// Integrations, recipients, messaging settings: the API's own models in the notation of ``ModelTable``.
    static let messaging = """
        OpenIntegrationRequest: id s, name! s, supportedContent SupportedContentReference,
            messagingSetting MessagingSettingRequestReference, outboundNotificationWebhookUrl! s,
            outboundNotificationWebhookSignatureSecretToken! s, webhookHeaders {s}
        OpenIntegrationUpdateRequest: id s, name s, supportedContent SupportedContentReference,
            messagingSetting MessagingSettingRequestReference, outboundNotificationWebhookUrl s,
            outboundNotificationWebhookSignatureSecretToken s, webhookHeaders {s}
        RecipientRequest: flow RecipientFlow, defaultQueue DomainEntityRef
        ConversationThreadingWindow: id s, settings! [ConversationThreadingWindowSetting],
            defaultTimeoutMinutes i[0..10080]
        MessagingSettingRequest: id s, name! s, content ContentSetting, event EventSetting
        MessagingSettingPatchRequest: id s, name s, content ContentSetting, event EventSetting
        MessagingSettingDefaultRequest: settingId! s
        SupportedContent: id s, name! s, createdBy DomainEntityRef, modifiedBy DomainEntityRef, version i,
            mediaTypes MediaTypes
        SupportedContentReference: id! s, name s, mediaTypes MediaTypes
        MessagingSettingRequestReference: id! s
        RecipientFlow: id s
        ConversationThreadingWindowSetting: messengerType! s=sms| facebook| twitter| whatsapp| webmessaging| instagram|
            open| apple| linkedin, timeoutInMinutes! i[0..10080]
        ContentSetting: story StorySetting
        EventSetting: typing TypingSetting
        MediaTypes: allow MediaTypeAccess
        StorySetting: mention InboundOnlySetting, reply InboundOnlySetting
        TypingSetting: on SettingDirection
        MediaTypeAccess: inbound [MediaType], outbound [MediaType]
        InboundOnlySetting: inbound s=Enabled|Disabled
        SettingDirection: inbound s=Enabled|Disabled, outbound s=Enabled|Disabled
        MediaType: type s
        """
}
