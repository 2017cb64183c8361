extension ModelTable {
    /// Schedules and their groups: the API's own models in the notation of ``ModelTable``. What a queue does with those
    /// who wait (`InQueueSettings`) is ours.
    static let schedules = """
        Schedule: id s, name! s, division WritableDivision, description s, version i, state s=active|inactive|deleted,
            modifiedByApp s, createdByApp s, start! s, end! s, rrule s
        ScheduleGroup: id s, name! s, division WritableDivision, description s, version i,
            state s=active|inactive|deleted, modifiedByApp s, createdByApp s, timeZone s,
            openSchedules [DomainEntityRef], closedSchedules [DomainEntityRef], holidaySchedules [DomainEntityRef]
        EmergencyGroup: id s, name! s, division WritableDivision, description s, version i,
            state s=active|inactive|deleted, modifiedByApp s, createdByApp s, enabled b,
            emergencyCallFlows [EmergencyCallFlow]
        EmergencyCallFlow: emergencyFlow DomainEntityRef, ivrs [DomainEntityRef]
        InQueueSettings: scheduleGroup DomainEntityRef, emergencyGroup DomainEntityRef, treatment InQueueTreatment,
            closed InQueuePolicy, holiday InQueuePolicy, emergency InQueuePolicy, overflow InQueueOverflow,
            maximumWait InQueueMaximumWait, inactivitySeconds i[30..2592000], shortAbandonSeconds i[0..3600]
        InQueueTreatment: delaySeconds i[0..86400], intervalSeconds i[5..86400], timesMax i[1..100], texts! {s}
        InQueuePolicy: action! s=WAIT|OVERFLOW|DISCONNECT, queue DomainEntityRef, texts {s}
        InQueueOverflow: queue! DomainEntityRef, afterSeconds i[1..2592000], estimatedWaitSeconds i[1..86400],
            texts {s}
        InQueueMaximumWait: seconds! i[1..2592000], action! s=WAIT|OVERFLOW|DISCONNECT, queue DomainEntityRef,
            texts {s}
        """
}
