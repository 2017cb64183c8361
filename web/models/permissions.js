/**
 * Whether permissions, as the API lists them (`*`, `routing:*`, `routing:queue:view`), contain one. The server decides;
 * this only spares people screens that would refuse them.
 *
 * @param {string[] | undefined} permissions
 * @param {string} wanted
 */
export function holds(permissions, wanted) {
  const parts = wanted.split(":");
  return (permissions ?? []).some((permission) => {
    const own = permission.split(":");
    const matches = own.every((part, index) => part === "*" || part === parts[index]);
    return matches && (own.length === parts.length || own.at(-1) === "*");
  });
}

/** What one must be allowed to see to have a section of the administration. */
export const VIEWS = {
  deployments: "webDeployments:deployment:view",
  entryPoints: "messaging:entryPoint:view",
  // Every agent may see queues; this section is for those who change them.
  queues: "routing:queue:edit",
  hours: "routing:scheduleGroup:edit",
  people: "routing:skill:assign",
  skills: "routing:skill:manage",
  capacity: "routing:utilization:manage",
};

/** @param {string[] | undefined} permissions */
export const mayAdminister = (permissions) => Object.values(VIEWS).some((view) => holds(permissions, view));

/** Whether somebody may see who waits, and why. @param {string[] | undefined} permissions */
export const maySeeWaiting = (permissions) =>
  holds(permissions, "routing:conversation:view") && holds(permissions, "conversation:message:monitor");
