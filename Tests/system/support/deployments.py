"""Web deployments of a test's own, made through the API."""

from .http import administration

# What a new deployment takes over from the demo's.
KEPT = ("allowAllDomains", "allowedDomains", "flow", "defaultQueue")


def new_deployment(server, name, status="Active", **members):
    """A deployment whose configuration has these members over the demo's; its id."""
    api = administration(server)
    demo = api.get(f"/api/v2/webdeployments/deployments/{server.demo['deploymentId']}")
    path = "/api/v2/webdeployments/configurations"
    usual = api.get(f"{path}/{demo['configuration']['id']}/versions/{demo['configuration']['version']}")
    body = {name: usual[name] for name in ("languages", "defaultLanguage", "messenger", "position") if name in usual}
    made = api.post(path, {"name": name} | laid_over(body, members))
    deployment = {name: demo[name] for name in KEPT if name in demo}
    reference = {"id": made["id"], "version": made["version"]}
    return api.post(
        "/api/v2/webdeployments/deployments",
        deployment | {"name": name, "status": status, "configuration": reference})["id"]


def conversations(**settings):
    """The members of a configuration that concern conversations."""
    return {"messenger": {"apps": {"conversations": settings}}}


def laid_over(base, top):
    """Objects member by member, everything else as the upper one has it."""
    if not (isinstance(base, dict) and isinstance(top, dict)):
        return top
    return base | {key: laid_over(base.get(key), value) for key, value in top.items()}
