import { CapacityForm } from "./capacity-form.js";
import { DeploymentForm } from "./deployment-form.js";
import { EmergencyForm } from "./emergency-form.js";
import { EntryForm } from "./entry-form.js";
import { LabelForm } from "./label-form.js";
import { pagesOf } from "./pages.js";
import { PersonForm } from "./person-form.js";
import { QueueForm } from "./queue-form.js";
import { ScheduleForm } from "./schedule-form.js";
import { ScheduleGroupForm } from "./schedule-group-form.js";

/**
 * The kinds of things that administrators set up, by their names: `may` begins the names of their permissions, `manage`
 * is the one for all that is done to them; `form` is the model of one while it is edited (`open`, `blank`, `save`,
 * `remove`), `list` reads the list of a section that holds this kind alone. What one must be allowed to see is in
 * permissions.js, the elements are in lib/admin-editors.js.
 *
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 * @type {Record<string, {may?: string, manage?: string, form: any, list?: (api: PlatformApi) => Promise<any[]>}>}
 */
export const KINDS = {
  deployments: { may: "webDeployments:deployment", form: DeploymentForm },
  entryPoints: { may: "messaging:entryPoint", form: EntryForm, list: (api) => pagesOf(api.entryPoints) },
  queues: { may: "routing:queue", form: QueueForm, list: (api) => pagesOf(api.queuePage) },
  people: { form: PersonForm },
  capacity: { form: CapacityForm },
  labels: { manage: "routing:utilization:manage", form: LabelForm },
  emergencyGroups: { may: "routing:emergencyGroup", form: EmergencyForm },
  scheduleGroups: { may: "routing:scheduleGroup", form: ScheduleGroupForm },
  schedules: { may: "routing:schedule", form: ScheduleForm },
};
