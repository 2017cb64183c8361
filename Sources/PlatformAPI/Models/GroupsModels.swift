extension ModelTable {
    /// Groups and teams: the API's own models in the notation of ``ModelTable``.
    static let groups = """
        GroupCreate: name! s, description s, type s=official|social, images [o], addresses [GroupContact],
            rulesVisible b, visibility s=public|owners|members, rolesEnabled b, includeOwners b, callsEnabled b,
            email s, ownerIds [s]
        GroupUpdate: name s, description s, state s=active|inactive, version i, images [o], addresses [GroupContact],
            rulesVisible b, visibility s=public|owners|members, rolesEnabled b, includeOwners b, callsEnabled b,
            email s, ownerIds [s]
        GroupContact: address s, extension s, display s, type s=GROUPRING|GROUPPHONE, mediaType s=PHONE
        GroupMembersUpdate: memberIds! [s], version! i
        Team: name! s, division WritableDivision, description s
        TeamMembers: memberIds! [s]
        """
}
