extension ModelTable {
    /// Predictive routing; `comparisonShare` is ours.
    static let predictors = """
        CreatePredictorRequest: queueIds! [s], kpi! s, routingTimeoutSeconds i[12..259200], schedule PredictorSchedule,
            workloadBalancingConfig PredictorWorkloadBalancing, comparisonShare n
        PatchPredictorRequest: routingTimeoutSeconds i[12..259200], schedule PredictorSchedule,
            workloadBalancingConfig PredictorWorkloadBalancing, comparisonShare n
        PredictorSchedule: scheduleType! s=HourOnHourOff|OngoingValueMonitoring, dateStarted dt
        PredictorWorkloadBalancing: enabled b, minimumOccupancy i[0..100], maximumOccupancy i[0..100]
        """
}
