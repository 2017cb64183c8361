extension ModelTable {
    /// People, presence, routing status: the API's own models in the notation of ``ModelTable``.
    static let users = """
        CreateUser: name! s, department s, email! s, addresses [Contact], title s, password s, divisionId s,
            state s=active|inactive|deleted
        UpdateUser: id s, name s, chat o, department s, email s, primaryContactInfo [Contact], addresses [Contact],
            title s, username s, preferredName s, manager s, images [o], version i, profileSkills [s], locations [o],
            groups [o], state s=active|inactive|deleted, acdAutoAnswer b, certifications [s], biography o,
            employerInfo o
        UserPresence: id s, name s, source s, sourceId s, primary b, presenceDefinition PresenceDefinition,
            futurePresenceDefinition PresenceDefinition, message s, modifiedDate dt
        OrganizationPresenceDefinition: id s, name s, type s=System|User, languageLabels! {s}, systemPresence
            s=Available|Away|Busy|Offline|Idle|OnQueue|Meal|Training|Meeting|Break, divisionId s, deactivated b
        Contact: address s, display s, mediaType s=PHONE|EMAIL|SMS,
            type s=PRIMARY|WORK|WORK2|WORK3|WORK4|HOME|MOBILE|MAIN|OTHER, extension s, countryCode s, integration s
        PresenceDefinition: id s, systemPresence s
        """
}
