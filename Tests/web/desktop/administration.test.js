import assert from "node:assert/strict";
import { test } from "node:test";
import { Administration } from "../../../web/models/administration.js";
import { ApiError } from "../../../web/models/api-error.js";
import { DeploymentForm } from "../../../web/models/deployment-form.js";
import { configurationOf, deploymentOf, NEW_CONFIGURATION, valuesOf } from "../../../web/models/deployment-values.js";
import { attributesOf, EntryForm } from "../../../web/models/entry-form.js";
import { holds, mayAdminister } from "../../../web/models/permissions.js";

const DEPLOYMENT = {
  id: "d1",
  name: "Shop",
  status: "Active",
  allowAllDomains: false,
  allowedDomains: ["shop.example", "*.example.org"],
  defaultQueue: { id: "q1" },
  flow: { id: "f1" },
  configuration: { id: "c1", version: "3" },
};
const CONFIGURATION = {
  id: "c1",
  name: "Shop",
  version: "DRAFT",
  languages: ["en-us", "ja", "fr"],
  defaultLanguage: "ja",
  customI18nLabels: [
    { language: "en-us", localizedLabels: [{ key: "MessengerHomeHeaderTitle", value: "Tea" }] },
    { language: "fr", localizedLabels: [{ key: "MessengerHomeHeaderTitle", value: "Thé" }] },
  ],
  position: { alignment: "Left", sideSpace: 8, bottomSpace: 12 },
  journeyEvents: { enabled: true, pageviewConfig: "Auto" },
  cobrowse: { enabled: true },
  messenger: {
    enabled: true,
    styles: { primaryColor: "#2c5a8c" },
    sessionPersistenceType: "AcrossSubdomains",
    launcherButton: { visibility: "OnDemand", displayType: "IconAndText", icon: { url: "https://shop.example/i.svg" } },
    homeScreen: { enabled: true, logoUrl: "https://shop.example/l.svg" },
    fileUpload: {
      enableAttachments: true,
      modes: [{ fileTypes: ["image/*"], maxFileSizeKB: 100 }, { fileTypes: ["text/plain"], maxFileSizeKB: 5 }],
    },
    apps: {
      knowledge: { enabled: true },
      conversations: {
        enabled: true,
        showAgentTypingIndicator: false,
        showUserTypingIndicator: true,
        autoStart: { enabled: true },
        markdown: { enabled: true },
        conversationClear: { enabled: true },
        conversationDisconnect: { enabled: true, type: "ReadOnly" },
        humanize: { enabled: true, bot: { name: "Suzu", avatarUrl: "https://shop.example/s.png" } },
        notifications: { enabled: true, notificationContentType: "IncludeMessagesContent" },
        sessionDurationSeconds: 5400,
      },
    },
  },
};

/** The API, noting what it is asked; `refuses` names the calls that fail. */
function fakeApi(refuses = {}) {
  const calls = [];
  const answers = {
    webDeployment: () => DEPLOYMENT,
    configurationDraft: () => CONFIGURATION,
    createConfiguration: (body) => ({ ...body, id: "c9" }),
    saveDraft: (id, body) => ({ ...body, id }),
    publishDraft: () => ({}),
    createWebDeployment: (body) => ({ ...body, id: "d9" }),
    changeWebDeployment: (id, body) => ({ ...body, id }),
    webDeployments: () => ({ entities: [DEPLOYMENT] }),
    queues: () => ({ entities: [{ id: "q1", name: "Support" }] }),
    integrations: () => ({
      entities: [
        { id: "i1", name: "Accounts", integrationType: { id: "openid-connect-messenger" } },
        { id: "i2", name: "Another", integrationType: { id: "of-another-type" } },
      ],
    }),
    entryPoints: (page) => ({ entities: [{ id: `e${page}`, name: `Entry ${page}` }], pageCount: 2 }),
    createEntryPoint: (body) => ({ ...body, id: "e9" }),
    changeEntryPoint: (id, body) => ({ ...body, id }),
    qrCode: () => Promise.reject(new ApiError(0, "no.answer", "")),
  };
  const handler = {
    get: (_, name) => async (...values) => {
      calls.push([name, ...values]);
      if (refuses[name]) throw refuses[name];
      return answers[name]?.(...values);
    },
  };
  return { api: new Proxy({}, handler), calls, names: () => calls.map(([name]) => name) };
}

test("what the form does not show, and what nobody changed, stays as it was", () => {
  const values = valuesOf(DEPLOYMENT, CONFIGURATION);
  assert.deepEqual(configurationOf(values, CONFIGURATION), CONFIGURATION);
  assert.deepEqual(deploymentOf(values, DEPLOYMENT), DEPLOYMENT);
});

test("what one can ask of a deployment is written as the API has it, and taken back by what says no", () => {
  const all = {
    ...CONFIGURATION,
    headlessMode: { enabled: true },
    journeyEvents: {
      enabled: true,
      pageviewConfig: "Once",
      shouldKeepUrlFragment: true,
      excludedQueryParameters: ["token"],
      searchQueryParameters: ["q", "query"],
      idleEvents: [{ eventName: "idle" }],
    },
    messenger: {
      ...CONFIGURATION.messenger,
      survey: { enabled: true },
      linkPreviews: { enabled: true, allowedHosts: ["shop.example", "*.example.org"] },
    },
  };
  const values = valuesOf(DEPLOYMENT, all);
  assert.deepEqual(configurationOf(values, all), all);
  assert.deepEqual(configurationOf({ ...values, name: "Shop" }, {}).messenger.linkPreviews, all.messenger.linkPreviews);
  const none = valuesOf({}, {});
  assert.deepEqual([none.hasPreviews, none.hasHome, none.survey, none.isHeadless], [true, true, false, false]);
  const emptied = configurationOf({ ...none, name: "Shop", hasPreviews: false }, all);
  assert.deepEqual(emptied.headlessMode, { enabled: false });
  assert.deepEqual(emptied.messenger.survey, { enabled: false });
  assert.deepEqual(emptied.messenger.linkPreviews, { enabled: false, allowedHosts: [] });
  const events = {
    enabled: false,
    pageviewConfig: "Auto",
    shouldKeepUrlFragment: false,
    excludedQueryParameters: [],
    searchQueryParameters: [],
    idleEvents: [{ eventName: "idle" }],
  };
  assert.deepEqual(emptied.journeyEvents, events);
});

test("an empty configuration has the product's defaults, and no sign-in is made up", () => {
  const values = valuesOf({}, {});
  const configuration = configurationOf({ ...values, name: " Shop " }, {});
  assert.equal(configuration.name, "Shop");
  assert.deepEqual(configuration.languages, ["en-us", "ja"]);
  assert.equal(configuration.messenger.apps.conversations.sessionDurationSeconds, undefined);
  assert.equal("authenticationSettings" in configuration, false);
  const open = deploymentOf({ ...values, queue: "", domains: " a.example \n\nb.example,c.example" }, {});
  assert.deepEqual(open.allowedDomains, ["a.example", "b.example", "c.example"]);
  assert.equal("defaultQueue" in open, false);
});

test("each field says what is wrong with it, once it was left", () => {
  const cases = {
    name: [" ", "form.missing"],
    domains: ["https://a.example/path", "deployment.domains.bad"],
    colour: ["red", "deployment.colour.bad"],
    sideSpace: ["wide", "deployment.space.bad"],
    bottomSpace: ["-1", "deployment.space.bad"],
    launcherIcon: ["javascript:go()", "form.badAddress"],
    logo: ["shop.example/l.svg", "form.badAddress"],
    botAvatar: ["https://", "form.badAddress"],
    language: ["en", undefined],
    hours: ["0.1", "deployment.hours.bad"],
    fileTypes: ["pictures", "deployment.fileTypes.bad"],
    fileKB: ["0", "deployment.fileKB.bad"],
    previewHosts: ["https://a.example", "deployment.domains.bad"],
  };
  for (const [path, [value, sentence]] of Object.entries(cases)) {
    const form = new DeploymentForm(fakeApi().api, DEPLOYMENT, CONFIGURATION);
    form.write(path, value);
    assert.equal(form.problem(path), undefined, path);
    form.leave(path);
    assert.equal(form.problem(path), sentence, path);
  }
  const form = new DeploymentForm(fakeApi().api, DEPLOYMENT, CONFIGURATION);
  form.write("domains", "");
  assert.equal(form.problems.domains, "deployment.domains.none");
  form.write("allowAll", true);
  form.write("speaks.ja", false);
  assert.equal(form.problems.domains, undefined);
  assert.equal(form.problems.language, "deployment.language.bad");
  form.write("auth", true);
  assert.equal(form.problems.authIntegration, "form.missing");
});

test("saving stores the draft, publishes it, and stores the deployment", async () => {
  const { api, calls, names } = fakeApi();
  const form = await DeploymentForm.open(api, "d1");
  form.write("colour", "#8c2c4a");
  assert.equal(form.isDirty, true);
  assert.equal(form.preview.messenger.styles.primaryColor, "#8c2c4a");
  assert.equal(await form.save(), true);
  assert.deepEqual(names().slice(2), ["saveDraft", "publishDraft", "changeWebDeployment"]);
  assert.equal(calls[2][2].messenger.styles.primaryColor, "#8c2c4a");
  assert.equal(form.isDirty, false);
  assert.equal(form.wasSaved, true);
});

test("a new one is a configuration and then a deployment; what failed goes on from where it was", async () => {
  const refuses = { createWebDeployment: new ApiError(409, "general.conflict", "taken", "name") };
  const { api, names } = fakeApi(refuses);
  const form = DeploymentForm.blank(api, "q1");
  assert.equal(await form.save(), false, "it has no name");
  assert.deepEqual(names(), []);
  assert.equal(form.firstProblem, "name");
  form.write("name", "Kiosk");
  form.write("domains", "kiosk.example");
  assert.equal(await form.save(), false);
  assert.deepEqual(form.failure, { sentence: "deployment.failed.deployment", reason: "taken", isOffline: false });
  assert.equal(form.problem("name"), "form.refused");
  form.write("name", "Kiosk 2");
  delete refuses.createWebDeployment;
  assert.equal(await form.save(), true);
  const again = ["saveDraft", "publishDraft", "createWebDeployment"];
  assert.deepEqual(names(), ["createConfiguration", "createWebDeployment", ...again]);
  assert.equal(form.id, "d9");
});

test("each step that fails says what was kept", async () => {
  for (const [call, sentence] of [["saveDraft", "draft"], ["publishDraft", "publish"]]) {
    const { api } = fakeApi({ [call]: new ApiError(503, "service.unavailable", "no") });
    const form = await DeploymentForm.open(api, "d1");
    form.write("colour", "#000000");
    assert.equal(await form.save(), false);
    assert.equal(form.failure?.sentence, `deployment.failed.${sentence}`);
    assert.equal(form.values.colour, "#000000");
    assert.equal(form.isDirty, true);
  }
});

test("an entry point sends what its channel carries and nothing else", async () => {
  const { api, calls } = fakeApi();
  const form = EntryForm.blank(api, "d1");
  const written = { name: "Poster", ref: "p-1", text: "Hi", attributes: "a = b=c\n\n d=e " };
  for (const [path, value] of Object.entries(written)) form.write(path, value);
  assert.equal(await form.save(), true);
  assert.deepEqual(calls[0][1], {
    name: "Poster",
    status: "Active",
    channel: { type: "webmessaging", deployment: { id: "d1" } },
    attributes: { a: "b=c", d: "e" },
    ref: "p-1",
    text: "Hi",
  });
  form.write("channel", "whatsapp");
  form.write("address", "+81 90 1234 5678");
  form.write("ref", "p-1");
  form.write("text", "Hi");
  await form.save();
  const [, , body] = calls.find(([name]) => name === "changeEntryPoint");
  assert.deepEqual(body.channel, { type: "whatsapp", address: "+81 90 1234 5678" });
  assert.deepEqual([body.ref, body.text], [undefined, "Hi"]);
});

test("what an entry point must not be is told before the server is asked", () => {
  const problem = (fields) => {
    const form = EntryForm.blank(fakeApi().api, "d1");
    form.write("name", "x");
    for (const [path, value] of Object.entries(fields)) form.write(path, value);
    return form.firstProblem && form.problems[form.firstProblem];
  };
  assert.equal(problem({}), undefined);
  assert.equal(problem({ deployment: "" }), "form.missing");
  assert.equal(problem({ channel: "facebook" }), "form.missing");
  assert.equal(problem({ channel: "facebook", address: "a/b" }), "entry.address.bad");
  assert.equal(problem({ channel: "whatsapp", address: "090-1234" }), "entry.address.bad");
  assert.equal(problem({ channel: "twitter", address: "12", welcome: "x" }), "entry.welcome.bad");
  assert.equal(problem({ ref: "a b" }), "entry.ref.bad");
  assert.equal(problem({ text: "茶".repeat(201) }), "entry.text.bad");
  assert.equal(problem({ attributes: "no value" }), "entry.attributes.bad");
  assert.equal(problem({ attributes: "referral.ref = x" }), "entry.attributes.reserved");
  assert.equal(problem({ attributes: `a = ${"x".repeat(800)}` }), "entry.attributes.many");
  assert.deepEqual(attributesOf("a=\n"), { a: "" });
});

test("permissions are held by name, by part and as a whole", () => {
  const view = "messaging:entryPoint:view";
  assert.ok(holds([view], view) && holds(["*"], view) && holds(["messaging:*"], view));
  assert.ok(holds(["messaging:*:view"], view));
  assert.ok(!holds(["messaging:entryPoint:add", "routing:*", "messaging"], view) && !holds(undefined, view));
  assert.equal(mayAdminister([view]), true);
  assert.equal(mayAdminister(["routing:queue:view"]), false);
});

test("only the sections that one may see are there, lists are whole, and a slow opening is overtaken", async () => {
  const one = new Administration(fakeApi().api, ["messaging:entryPoint:view"]);
  assert.deepEqual(one.sections, ["entryPoints"]);
  await one.show("entryPoints");
  assert.deepEqual(one.list?.map(({ id }) => id), ["e1", "e2"]);
  assert.equal(one.may("add"), false);
  const { api } = fakeApi();
  const all = new Administration(api, ["*"]);
  await all.show("deployments");
  const opening = all.choose("d1");
  all.create();
  await opening;
  assert.equal(all.form?.id, undefined, "the new one stays");
  assert.equal(all.form?.values.queue, "q1");
  assert.deepEqual(all.integrations.map(({ name }) => name), ["Accounts"]);
});

test("what a new deployment begins with is complete", () => {
  const values = valuesOf({ name: "x" }, NEW_CONFIGURATION);
  const form = new DeploymentForm(fakeApi().api, { name: "x", allowAllDomains: true }, NEW_CONFIGURATION);
  assert.equal(form.firstProblem, undefined);
  assert.equal(values.hasFiles, true);
});
