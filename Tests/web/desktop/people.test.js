import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../../web/models/api-error.js";
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
