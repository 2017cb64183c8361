import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/models/api-error.js";
import { CapacityForm } from "../../../web/models/capacity-form.js";
import { LabelForm } from "../../../web/models/label-form.js";
import { PeopleList } from "../../../web/models/people-list.js";
import { PersonForm } from "../../../web/models/person-form.js";
import { Picks } from "../../../web/models/picks.js";
import { SkillsPage } from "../../../web/models/skills-page.js";

/** The API, noting what it is asked beside reading; `refuses` names the calls that fail. */
function fakeApi(answers, refuses = {}) {
  const calls = [];
  const handler = {
    get: (_, name) => async (...values) => {
      if (!(name in answers)) calls.push([name, ...values]);
      if (refuses[name]) throw refuses[name];
      return answers[name]?.(...values);
    },
  };
  return { api: /** @type {any} */ (new Proxy({}, handler)), calls };
}

const entities = (...list) => ({ entities: list });
const BILLING = { id: "b", name: "Billing", version: "1", state: "active" };
const RETURNS = { id: "r", name: "Returns", version: "1", state: "active" };
const JAPANESE = { id: "j", name: "Japanese", version: "1", state: "active" };
const skills = {
  skillPage: () => entities(BILLING, RETURNS),
  languagePage: () => entities(JAPANESE),
  peopleWithSkills: () => entities({ skills: [BILLING], languages: [JAPANESE] }, { skills: [BILLING] }),
};

test("skills and languages are listed with how many people have them", async () => {
  const page = await SkillsPage.read(fakeApi(skills).api);
  await page.count();
  assert.deepEqual(page.lists.skills, [{ id: "b", name: "Billing" }, { id: "r", name: "Returns" }]);
  assert.deepEqual([...page.holders.entries()], [["b", 2], ["j", 1]]);
  page.find(" retu");
  assert.deepEqual([page.shown("skills").map(({ id }) => id), page.shown("languages")], [["r"], []]);
});

test("of more people than one answer holds it is not told how many have a skill", async () => {
  for (const peopleWithSkills of [() => ({ ...entities(), pageCount: 2 }), () => Promise.reject(new Error("no"))]) {
    const page = await SkillsPage.read(fakeApi({ ...skills, peopleWithSkills }).api);
    await page.count();
    assert.equal(page.holders, undefined);
  }
});

test("a skill is made by its name, and a name that is missing or taken is said where it was written", async () => {
  const createSkill = (name) => ({ id: "n", name });
  const page = await SkillsPage.read(fakeApi({ ...skills, createSkill }).api);
  const form = page.forms.skills;
  assert.equal(await form.save(), false);
  assert.equal(form.problem("skills"), "form.missing");
  form.write("skills", " Gifts ");
  assert.equal(await form.save(), true);
  assert.deepEqual(page.lists.skills.map(({ name }) => name), ["Billing", "Gifts", "Returns"]);
  assert.deepEqual([form.made, form.read("skills"), form.problem("skills")], ["Gifts", "", undefined]);

  const params = { kind: "language", name: "Japanese" };
  const taken = new ApiError(409, "general.conflict", "There is one.", undefined, params);
  const other = await SkillsPage.read(fakeApi(skills, { createLanguage: taken }).api);
  other.forms.languages.write("languages", "Japanese");
  assert.equal(await other.forms.languages.save(), false);
  assert.equal(other.forms.languages.problem("languages"), "form.taken");
  other.forms.languages.write("languages", "Japanisch");
  assert.equal(other.forms.languages.problem("languages"), undefined);
});

test("what is used stays and says by what, and what is gone already is gone", async () => {
  const refused = async (error) => {
    const { api, calls } = fakeApi(skills, { deleteSkill: error });
    const page = await SkillsPage.read(api);
    const isGone = await page.remove("skills", "b");
    assert.deepEqual(calls, [["deleteSkill", "b"]]);
    return { isGone, names: page.lists.skills.map(({ name }) => name), refusal: page.refusals.get("b") };
  };
  const conflict = (message, params) => new ApiError(409, "general.conflict", message, undefined, params);
  const group = await refused(conflict("A skill group asks for it.", { group: "Gold" }));
  assert.deepEqual(group.refusal, { sentence: "skills.kept.group", values: { group: "Gold" }, reason: "" });
  assert.deepEqual([group.isGone, group.names.length], [false, 2]);
  const users = await refused(conflict("It is used by: Support", { names: "Support" }));
  assert.deepEqual(users.refusal, { sentence: "form.inUse", values: { names: "Support" }, reason: "" });
  const waits = await refused(conflict("Customers wait for it."));
  assert.deepEqual(waits.refusal, { sentence: "skills.kept", reason: "Customers wait for it." });
  const offline = await refused(new ApiError(0, "no.answer", ""));
  assert.equal(offline.refusal.sentence, "skills.kept.offline");
  const gone = await refused(new ApiError(404, "not.found", ""));
  assert.deepEqual([gone.isGone, gone.names, gone.refusal], [true, ["Returns"], undefined]);
});

const MESSAGE = { maximumCapacity: 4, interruptableMediaTypes: [], includeNonAcd: true };
const GOLD = { maximumCapacity: 2, labelName: "Gold" };
const USUAL = { utilization: { message: MESSAGE }, labelUtilizations: { l: GOLD } };
const ANN = {
  id: "ann",
  name: "Ann",
  skills: [{ ...BILLING, proficiency: 2.5 }, { ...RETURNS, proficiency: 0 }],
  languages: [{ ...JAPANESE, proficiency: 5 }],
};
const person = (more = {}) => ({
  ...skills,
  person: () => ANN,
  queuesOfUser: () => entities({ id: "q1", name: "Support", joined: true }),
  utilization: () => USUAL,
  utilizationOfUser: () => ({ ...USUAL, level: "Organization" }),
  ...more,
});

test("a person has what the server says, and saving without a change asks nothing", async () => {
  const { api, calls } = fakeApi(person());
  const form = await PersonForm.open(api, "ann");
  assert.deepEqual(form.has("skills"), [{ id: "b", name: "Billing" }, { id: "r", name: "Returns" }]);
  assert.deepEqual([form.read("skills.b"), form.read("languages.j")], [2.5, 5]);
  assert.equal(form.read("capacity.isOwn"), "organization");
  assert.deepEqual(await form.find("skills", ""), [], "what the person has is not offered");
  assert.equal(await form.save(), true);
  assert.deepEqual(calls, []);
});

test("only what was changed is saved, by what the API has for each", async () => {
  const queues = () => entities({ id: "q1", name: "Support" }, { id: "q2", name: "Sales" });
  const { api, calls } = fakeApi(person({ queues }));
  const form = await PersonForm.open(api, "ann");
  form.take("skills", "b");
  form.write("skills.r", 4);
  form.take("languages", "j");
  assert.deepEqual(await form.find("languages", "japan"), [{ id: "j", name: "Japanese" }]);
  form.take("queues", "q1");
  const [sales] = (await form.find("queues", "s")).filter(({ id }) => id === "q2");
  form.give("queues", sales);
  assert.deepEqual(form.has("queues"), [{ id: "q2", name: "Sales" }]);
  assert.equal(await form.save(), true);
  assert.deepEqual(calls, [
    ["setSkills", "ann", [{ id: "r", proficiency: 4 }]],
    ["removeLanguage", "ann", "j"],
    ["mergeLanguages", "ann", []],
    ["removeMember", "q1", "ann"],
    ["addMember", "q2", "ann"],
  ]);
  assert.equal(form.isDirty, false);
});

test("what failed is still to be saved, what was done is not done again", async () => {
  const refuses = { removeMember: new ApiError(409, "general.conflict", "The person is a member by a group.") };
  const { api, calls } = fakeApi(person(), refuses);
  const form = await PersonForm.open(api, "ann");
  form.write("skills.r", 5);
  form.take("queues", "q1");
  assert.equal(await form.save(), false);
  assert.deepEqual([form.failure.sentence, form.isDirty], ["person.partly", true]);
  delete refuses.removeMember;
  assert.equal(await form.save(), true);
  assert.deepEqual(calls.map(([name]) => name), ["setSkills", "removeMember", "removeMember"]);
});

test("a capacity of one's own keeps what the form does not show, and only labels that differ", async () => {
  const own = {
    utilization: { message: { ...MESSAGE, interruptableMediaTypes: ["email", "call"] } },
    labelUtilizations: { ...USUAL.labelUtilizations, m: { maximumCapacity: 1, labelName: "Slow" } },
    level: "Agent",
  };
  const { api, calls } = fakeApi(person({ utilizationOfUser: () => own }));
  const form = await PersonForm.open(api, "ann");
  assert.equal(form.read("capacity.isOwn"), "agent");
  const path = "capacity.media.message";
  form.write(`${path}.maximum`, "26");
  assert.equal(await form.save(), false);
  assert.equal(form.problem(`${path}.maximum`), "capacity.maximum.bad");
  form.write(`${path}.maximum`, "2");
  form.write(`${path}.interrupts.chat`, true);
  form.write(`${path}.interrupts.email`, false);
  assert.equal(await form.save(), true);
  const [[name, id, { utilization, labelUtilizations }]] = calls;
  assert.deepEqual([name, id], ["setUtilizationOfUser", "ann"]);
  assert.deepEqual(utilization.message, {
    maximumCapacity: 2,
    interruptableMediaTypes: ["call", "chat"],
    includeNonAcd: true,
  });
  assert.deepEqual(labelUtilizations, { m: { maximumCapacity: 1 } });
  form.write("capacity.isOwn", "organization");
  assert.equal(await form.save(), true);
  assert.deepEqual(calls.at(-1), ["resetUtilizationOfUser", "ann"]);
  assert.equal(form.pathOf("utilization.message.maximumCapacity"), "capacity.media.message.maximum");
});

test("people come page by page, nobody twice, and the newest question counts", async () => {
  const asked = [];
  const pages = { 1: entities({ id: "a" }, { id: "b" }), 2: entities({ id: "b" }, { id: "c" }) };
  const people = async (text, page) => (asked.push([text, page]), { ...pages[page], total: 3 });
  const list = await PeopleList.read(/** @type {any} */ ({ people }));
  assert.deepEqual([list.items.length, list.hasMore], [2, true]);
  await list.more();
  assert.deepEqual([list.items.map(({ id }) => id), list.hasMore], [["a", "b", "c"], false]);
  list.find(" An ");
  while (asked.length < 3) await new Promise((resolve) => list.addEventListener("change", resolve, { once: true }));
  assert.deepEqual(asked, [["", 1], ["", 2], ["An", 1]]);
});

test("what is offered answers the newest question", async () => {
  const answers = [];
  const picks = new Picks((text) => new Promise((resolve) => answers.push([text, resolve])));
  picks.open();
  picks.close();
  const opened = picks.open();
  answers[1][1]([{ id: "b", name: "Billing" }, { id: "r", name: "Returns" }]);
  answers[0][1]([]);
  await opened;
  assert.deepEqual([picks.results.length, picks.active?.id], [2, "b"]);
  picks.move(-1);
  assert.equal(picks.active?.id, "r");
  picks.took("Returns");
  assert.deepEqual([picks.isOpen, picks.text, picks.results], [false, "Returns", []]);
});

test("the organisation's capacity is saved over what stands there now, labels untouched", async () => {
  let now = { ...USUAL, maxInboundCalls: 2 };
  const bodies = [];
  const setUtilization = (body) => (bodies.push(body), now = { ...body, labelUtilizations: { l: GOLD } });
  const { api } = fakeApi({ utilization: () => now, setUtilization });
  const form = await CapacityForm.open(api);
  assert.equal(form.read("media.message.maximum"), "4");
  form.write("media.message.maximum", "");
  assert.equal(await form.save(), false);
  assert.equal(form.problem("media.message.maximum"), "capacity.maximum.bad");
  form.write("media.message.maximum", "6");
  form.write("media.message.interrupts.email", true);
  assert.equal(await form.save(), true);
  const wanted = { ...MESSAGE, maximumCapacity: 6, interruptableMediaTypes: ["email"] };
  assert.deepEqual(bodies[0].utilization.message, wanted);
  assert.deepEqual([bodies[0].labelUtilizations, bodies[0].maxInboundCalls], [{ l: { maximumCapacity: 2 } }, 2]);
  assert.deepEqual([form.isDirty, form.read("media.message.maximum")], [false, "6"]);
});

const LABELS = [{ id: "l", name: "Gold" }, { id: "m", name: "Slow" }];
const label = (more = {}) => ({
  labels: () => entities(...LABELS),
  utilization: () => ({ ...USUAL, labelUtilizations: { l: { ...GOLD, interruptingLabelIds: ["m"] } } }),
  agentsOfLabel: () => ["ann", "ben"],
  ...more,
});

test("a label has its limit in the organisation's capacity, and a name that is the label's", async () => {
  const { api, calls } = fakeApi(label(), {});
  const form = await LabelForm.open(api, "l");
  assert.deepEqual([form.read("isLimited"), form.read("maximum"), form.read("interrupting.m")], [true, "2", true]);
  assert.deepEqual([form.peopleCount, form.others.map(({ id }) => id)], [2, ["m"]]);
  form.write("maximum", "3");
  form.write("interrupting.m", false);
  assert.equal(await form.save(), true);
  form.write("isLimited", false);
  assert.equal(await form.save(), true);
  assert.deepEqual(calls.map(([name, body]) => [name, body.labelUtilizations]), [
    ["setUtilization", { l: { maximumCapacity: 3, interruptingLabelIds: [] } }],
    ["setUtilization", {}],
  ]);
  await form.remove();
  assert.deepEqual(calls.at(-1), ["deleteLabel", "l"]);
});

test("a new label is made with its limit, and what is wrong is said at its field", async () => {
  const bodies = [];
  const createLabel = (body) => (bodies.push(body), { id: "n", ...body });
  const { api } = fakeApi(label({ createLabel }));
  const form = LabelForm.blank(api, LABELS);
  form.write("isLimited", true);
  form.write("maximum", "99");
  assert.equal(await form.save(), false);
  assert.deepEqual([form.problem("name"), form.problem("maximum")], ["form.missing", "capacity.maximum.bad"]);
  form.write("name", " Returns ");
  form.write("maximum", "1");
  form.write("interrupting.l", true);
  assert.equal(await form.save(), true);
  const utilization = { maximumCapacity: 1, interruptingLabelIds: ["l"] };
  assert.deepEqual([bodies, form.id, form.isDirty], [[{ name: "Returns", utilization }], "n", false]);
  assert.equal(form.pathOf("utilization.maximumCapacity"), "maximum");
});

test("a name that was saved without its limit is said to be", async () => {
  const failure = new ApiError(0, "no.answer", "");
  const changeLabel = (id, body) => ({ id, ...body });
  const { api } = fakeApi(label({ changeLabel }), { setUtilization: failure });
  const form = await LabelForm.open(api, "l");
  form.write("name", "Platinum");
  form.write("maximum", "5");
  assert.equal(await form.save(), false);
  assert.deepEqual([form.failure.sentence, form.entity.name], ["label.partly", "Platinum"]);
});
