import Hummingbird

/// The URLs of predictive routing; a page of ``PlatformAPI/routes``.
extension PlatformAPI {
    var predictorRoutes: [Route<Principal>] {
        let predictors = PredictorRoutes(engine: engine)
        let indicators = KeyPerformanceIndicatorRoutes()
        let one = PredictorRoutes.path + "/{predictorId}"
        let ofIndicators = KeyPerformanceIndicatorRoutes.path
        return [
            .get(ofIndicators, "routing:predictor:view", indicators.list),
            .get(ofIndicators + "/{kpiId}", "routing:predictor:view", indicators.get),
            .get(PredictorRoutes.path + "/keyperformanceindicatortypes", "routing:predictor:view", indicators.types),
            .get(PredictorRoutes.path, "routing:predictor:view", predictors.list),
            .post(PredictorRoutes.path, "routing:predictor:add", predictors.create),
            .get(one, "routing:predictor:view", predictors.get),
            .patch(one, "routing:predictor:edit", predictors.update),
            .delete(one, "routing:predictor:delete", predictors.delete),
            .get(one + "/models", "routing:predictor:view", predictors.models),
            .post(one + "/models", "routing:predictor:edit", predictors.train),
            .get(one + "/models/{modelId}/features", "routing:predictor:view", predictors.features),
        ]
    }
}
