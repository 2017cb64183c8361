extension ModelTable {
    /// What browsers and apps report of their users, in the notation of ``ModelTable``.
    static let journeys = """
        WebEventRequest: customerCookieId! s, eventName! s, page! RequestPage, userAgentString s,
            browser WebEventBrowser, device WebEventDevice, searchQuery s, referrerUrl s,
            attributes {CustomEventAttribute}, traits {CustomEventAttribute}, externalId s, createdDate! dt
        AppEventRequest: customerCookieId! s, eventName! s, screenName! s, app! JourneyApp, device! WebEventDevice,
            sdkLibrary SdkLibrary, networkConnectivity NetworkConnectivity, referrerUrl s, searchQuery s,
            attributes {CustomEventAttribute}, traits {CustomEventAttribute}, externalId s, createdDate! dt
        RequestPage: url! s, title! s, keywords s, lang s
        WebEventBrowser: family! s, version! s, lang s
        WebEventDevice: category! s=desktop|mobile|tablet|other, type! s, isMobile b, screenHeight i, screenWidth i,
            screenDensity i, fingerprint s, osFamily! s, osVersion! s, manufacturer s
        CustomEventAttribute: dataType! s, value! s
        JourneyApp: name! s, namespace! s, version! s, buildNumber! s
        SdkLibrary: name! s, version! s
        NetworkConnectivity: carrier s, bluetoothEnabled! b, cellularEnabled! b, wifiEnabled! b
        """
}
