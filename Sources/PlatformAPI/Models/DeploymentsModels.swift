extension ModelTable {
    /// Web deployments and their configurations: the API's own models in the notation of ``ModelTable``. Ours are the
    /// entry points, the messenger's survey and link previews, and the last three keys of labels.
    static let deployments = """
        WebDeployment: id s, name! s, defaultQueue DomainEntityRef, description s, allowAllDomains b,
            allowedDomains [s], supportedContent SupportedContentReference, snippet s,
            lastModifiedUser AddressableEntityRef, flow WebDeploymentFlowEntityRef,
            status s=Pending|Active|Inactive|Error|Deleting, pushIntegrations [PushIntegration],
            configuration! WebDeploymentConfigurationVersionEntityRef
        WebDeploymentConfigurationVersion: id s, name! s, version s, headlessMode WebDeploymentHeadlessMode,
            description s, languages [s], defaultLanguage s, customI18nLabels [CustomI18nLabels],
            messenger MessengerSettings, position PositionSettings, supportCenter SupportCenterSettings,
            cobrowse CobrowseSettings, journeyEvents JourneyEventsSettings,
            authenticationSettings AuthenticationSettings, video VideoSettings, datePublished dt,
            lastModifiedUser AddressableEntityRef, createdUser AddressableEntityRef,
            publishedUser AddressableEntityRef,
            status s=Pending|Active|Inactive|Error|Deleting
        EntryPoint: id s, name! s, description s, channel! EntryPointChannel, ref s, text s, attributes {s},
            buttonLabel s, status s=Active|Inactive, version i
        EntryPointChannel: type! s=webmessaging|facebook|instagram|whatsapp|twitter, deployment DomainEntityRef,
            address s, welcomeMessageId s
        AddressableEntityRef: id s
        WebDeploymentFlowEntityRef: id! s, name s, flowDescription s, publishVersion o
        PushIntegration: id s, provider s=APNS|FCM
        WebDeploymentConfigurationVersionEntityRef: id! s, name s, version s
        WebDeploymentHeadlessMode: enabled b
        CustomI18nLabels: language s, localizedLabels [LocalizedLabels]
        MessengerSettings: enabled b, styles MessengerStyles, launcherButton LauncherButtonSettings,
            fileUpload FileUploadSettings, apps MessengerApps, homeScreen MessengerHomeScreen,
            sessionPersistenceType s=AcrossSubdomains|DomainOrSubdomainOnly, survey MessengerSurvey,
            linkPreviews MessengerLinkPreviews
        MessengerSurvey: enabled b
        MessengerLinkPreviews: enabled b, allowedHosts [s]
        PositionSettings: alignment s=Auto|Left|Right, sideSpace i, bottomSpace i
        SupportCenterSettings: enabled b, knowledgeBase AddressableEntityRef,
            customMessages [SupportCenterCustomMessage], routerType s=Hash|Browser, screens [SupportCenterScreen],
            enabledCategories [SupportCenterCategory], labelFilter SupportCenterLabelFilter,
            styleSetting SupportCenterStyleSetting, feedback SupportCenterFeedbackSettings
        CobrowseSettings: enabled b, allowAgentControl b, allowAgentNavigation b, allowDraw b, maskSelectors [s],
            channels [s], readonlySelectors [s], pauseCriteria [PauseCriteria]
        JourneyEventsSettings: enabled b, excludedQueryParameters [s], shouldKeepUrlFragment b,
            searchQueryParameters [s], pageviewConfig s=Auto|Once|Off, clickEvents [SelectorEventTrigger],
            formsTrackEvents [FormsTrackTrigger], idleEvents [IdleEventTrigger],
            inViewportEvents [SelectorEventTrigger], scrollDepthEvents [ScrollPercentageEventTrigger],
            trackingSettings TrackingSettings
        AuthenticationSettings: enabled! b, integrationId! s, allowSessionUpgrade b
        VideoSettings: enabled b, channels [s], agent AgentVideoSettings, user UserVideoSettings
        LocalizedLabels: key s=MessengerHomeHeaderTitle| MessengerHomeHeaderSubTitle| PushNotificationTitle|
            PushNotificationBody| MessengerLauncherButtonText| MessengerHomeGreeting| MessengerHomeInvitation|
            MessengerSurveyQuestion, value s
        MessengerStyles: primaryColor s
        LauncherButtonSettings: visibility s=On|Off|OnDemand, displayType s=IconAndText|Icon|Text, icon Icon
        FileUploadSettings: enableAttachments b, modes [FileUploadMode]
        MessengerApps: conversations ConversationAppSettings, knowledge Knowledge
        MessengerHomeScreen: enabled b, logoUrl s
        SupportCenterCustomMessage: defaultValue s, type s=Welcome|Fallback
        SupportCenterScreen: type s=Home|Category|SearchResults|Article, moduleSettings [SupportCenterModuleSetting]
        SupportCenterCategory: id s, image SupportCenterImage
        SupportCenterLabelFilter: labels [AddressableEntityRef]
        SupportCenterStyleSetting: heroStyle SupportCenterHeroStyle, globalStyle SupportCenterGlobalStyle
        SupportCenterFeedbackSettings: enabled b
        PauseCriteria: urlFragment s, condition s=Includes|DoesNotInclude|StartsWith|EndsWith|Equals
        SelectorEventTrigger: selector! s, eventName! s
        FormsTrackTrigger: selector! s, formName! s, captureDataOnFormAbandon! b, captureDataOnFormSubmit! b
        IdleEventTrigger: eventName! s, idleAfterSeconds i
        ScrollPercentageEventTrigger: percentage! i[0..100], eventName! s
        TrackingSettings: excludedQueryParameters [s], shouldKeepUrlFragment b, searchQueryParameters [s],
            ipFilters [IpFilter]
        AgentVideoSettings: allowCamera b, allowScreenShare b, allowMicrophone b, background s=BLUR|NONE|IMAGE,
            backgroundImage BackgroundImageSettings
        UserVideoSettings: allowCamera b, allowScreenShare b, allowMicrophone b
        Icon: url s
        FileUploadMode: fileTypes [s], maxFileSizeKB i[1..102400]
        ConversationAppSettings: enabled b, showAgentTypingIndicator b, showUserTypingIndicator b,
            autoStart AutoStart,
            markdown Markdown, conversationDisconnect ConversationDisconnectSettings,
            conversationClear ConversationClearSettings, humanize Humanize, notifications NotificationsSettings,
            sessionDurationSeconds i[900..46656000]
        Knowledge: enabled b, knowledgeBase AddressableEntityRef
        SupportCenterModuleSetting: type s=Search|Categories|FAQ|Contact|Results|Article|TopViewedArticles, enabled b,
            compactCategoryModuleTemplate SupportCenterCompactCategoryModuleTemplate,
            detailedCategoryModuleTemplate SupportCenterDetailedCategoryModuleTemplate
        SupportCenterImage: source SupportCenterImageSource
        SupportCenterHeroStyle: backgroundColor s, textColor s, image SupportCenterImage
        SupportCenterGlobalStyle: backgroundColor s, primaryColor s, primaryColorDark s, primaryColorLight s,
            textColor s, fontFamily s
        IpFilter: ipAddress s, name s
        BackgroundImageSettings: url s
        AutoStart: enabled b
        Markdown: enabled b
        ConversationDisconnectSettings: enabled b, type s=Send|ReadOnly
        ConversationClearSettings: enabled b
        Humanize: enabled b, bot BotMessengerProfile
        NotificationsSettings: enabled b, notificationContentType s=IncludeMessagesContent|ExcludeMessagesContent
        SupportCenterCompactCategoryModuleTemplate: active b
        SupportCenterDetailedCategoryModuleTemplate: active b, sidebar SupportCenterDetailedCategoryModuleSidebar
        SupportCenterImageSource: defaultUrl s
        BotMessengerProfile: name s, avatarUrl s
        SupportCenterDetailedCategoryModuleSidebar: enabled b
        """
}
