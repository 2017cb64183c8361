import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { scheduleWords, stateWords } from "../../../web/lib/hours-words.js";
import { i18n } from "../../../web/lib/i18n.js";
import { Administration } from "../../../web/models/administration.js";
import { ApiError } from "../../../web/models/api-error.js";
import { EmergencyForm } from "../../../web/models/emergency-form.js";
import { OpeningHours } from "../../../web/models/opening-hours.js";
import { readRule, repeatsOn, WEEKDAYS, writeRule } from "../../../web/models/recurrence.js";
import { bodyOf, ScheduleForm, valuesOf } from "../../../web/models/schedule-form.js";
import { listsOf, ScheduleGroupForm, zonesWith } from "../../../web/models/schedule-group-form.js";

const strings = (language) =>
  JSON.parse(readFileSync(new URL(`../../../web/i18n/${language}.json`, import.meta.url), "utf8"));
const MONDAY = "2026-01-05";
const WORKDAYS = WEEKDAYS.slice(0, 5);
const OFFICE = {
  id: "s1",
  name: "Office",
  version: 3,
  start: "2026-01-05T09:00:00.000000",
  end: "2026-01-05T17:00:00",
  rrule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
};

/** The API, noting what it is asked; `refuses` names the calls that fail. */
function fakeApi(answers = {}, refuses = {}) {
  const calls = [];
  const handler = {
    get: (_, name) => async (...values) => {
      calls.push([name, ...values]);
      if (refuses[name]) throw refuses[name];
      return answers[name]?.(...values) ?? { entities: [] };
    },
  };
  return { api: new Proxy({}, handler), calls };
}

test("a rule that the form has words for is read and written", () => {
  const cases = [
    [undefined, "once"],
    ["FREQ=WEEKLY;BYDAY=MO,WE", "weekly", ["MO", "WE"]],
    ["RRULE:FREQ=WEEKLY;INTERVAL=1;WKST=SU;BYDAY=SU,MO", "weekly", ["MO", "SU"]],
    ["FREQ=WEEKLY", "weekly", ["MO"]],
    ["FREQ=DAILY", "weekly", WEEKDAYS],
    ["FREQ=DAILY;BYDAY=SA,SU", "weekly", ["SA", "SU"]],
    ["freq=weekly;byday=mo;until=20261231", "weekly", ["MO"], "2026-12-31"],
    ["FREQ=WEEKLY;UNTIL=20261231T235959", "weekly", ["MO"], "2026-12-31"],
    ["FREQ=YEARLY", "yearly"],
    ["FREQ=YEARLY;BYMONTHDAY=5;BYMONTH=1", "yearly"],
    ["FREQ=YEARLY;BYMONTH=1;BYDAY=1MO", "yearlyWeekday"],
    ["FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYSETPOS=1", "yearlyWeekday"],
  ];
  for (const [rule, repeats, weekdays = [], until = ""] of cases) {
    assert.deepEqual(readRule(rule, MONDAY), { repeats, weekdays, until }, rule);
    const written = writeRule({ repeats, weekdays, until }, MONDAY);
    assert.deepEqual(readRule(written, MONDAY), { repeats, weekdays, until }, written);
  }
  assert.equal(writeRule({ repeats: "weekly", weekdays: ["FR", "MO"], until: "2026-12-31" }, MONDAY),
    "FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20261231");
  assert.equal(writeRule({ repeats: "yearlyLast", weekdays: [], until: "" }, "2026-11-26"),
    "FREQ=YEARLY;BYMONTH=11;BYDAY=-1TH");
  assert.equal(readRule("FREQ=YEARLY;BYMONTH=11;BYDAY=-1TH", "2026-11-26").repeats, "yearlyLast");
});

test("a rule that the form has no words for is none of those", () => {
  const rules = [
    "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;BYMONTH=2",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=5", "FREQ=YEARLY;BYMONTHDAY=5", "FREQ=YEARLY;BYMONTH=1;BYDAY=2MO",
    "FREQ=YEARLY;BYDAY=20MO", "FREQ=WEEKLY;UNTIL=20261231T120000Z", "FREQ=WEEKLY;UNTIL=20261331", "nonsense",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=-1MO",
  ];
  for (const rule of rules) assert.equal(readRule(rule, MONDAY).repeats, "other", rule);
});

test("what can be said of a day depends on the day", () => {
  assert.deepEqual(repeatsOn("2026-01-12"), ["once", "weekly", "yearly", "yearlyWeekday"]);
  assert.deepEqual(repeatsOn("2026-11-26"), ["once", "weekly", "yearly", "yearlyWeekday", "yearlyLast"]);
  assert.deepEqual(repeatsOn("2026-01-30"), ["once", "weekly", "yearly", "yearlyLast"], "a fifth is not in every year");
  assert.deepEqual(repeatsOn("2026-02-31"), ["once", "weekly", "yearly"]);
});

test("what nobody changed stays as it was written", () => {
  const monthly = { start: "2026-01-30T00:00:00", end: "2026-01-31T00:00:00", rrule: "FREQ=MONTHLY;BYDAY=-1FR" };
  const weekend = { start: "2026-01-09T18:00:00", end: "2026-01-12T08:00:00", rrule: "FREQ=WEEKLY;BYDAY=FR" };
  const night = { start: "2026-01-05T22:00:00", end: "2026-01-06T06:00:30", rrule: "FREQ=DAILY" };
  const once = { start: "2026-12-29T00:00:00.0", end: "2027-01-04T00:00:00" };
  for (const times of [OFFICE, monthly, weekend, night, once]) {
    const { start, end, rrule } = bodyOf(valuesOf({ name: "x", ...times }), times);
    assert.deepEqual({ start, end, rrule }, { start: times.start, end: times.end, rrule: times.rrule });
  }
  assert.equal(valuesOf(weekend).repeats, "other", "longer than a day, every week");
  assert.equal(valuesOf(night).repeats, "weekly");
  assert.deepEqual([valuesOf(once).isWholeDays, valuesOf(once).lastDay], [true, "2027-01-03"]);
});

test("a schedule's form sends the days and times that it shows", async () => {
  const { api, calls } = fakeApi({ changeSchedule: (id, body) => ({ ...body, id }) });
  const form = new ScheduleForm(api, OFFICE);
  form.write("weekdays.FR", false);
  form.write("from", "22:00");
  form.write("to", "06:00");
  form.write("ends", true);
  form.write("until", "2026-06-30");
  assert.equal(await form.save(), true);
  const [, id, body] = calls[0];
  assert.deepEqual([id, body.version, body.start, body.end, body.rrule], ["s1", 3, "2026-01-05T22:00:00",
    "2026-01-06T06:00:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;UNTIL=20260630"]);
  form.write("repeats", "yearly");
  form.write("isWholeDays", true);
  form.write("day", "2026-12-29");
  form.write("lastDay", "2027-01-03");
  form.write("ends", false);
  const { start, end, rrule } = form.wanted;
  assert.deepEqual([start, end, rrule], ["2026-12-29T00:00:00", "2027-01-04T00:00:00",
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=29"]);
  form.write("repeats", "once");
  assert.equal("rrule" in JSON.parse(JSON.stringify(form.wanted)), false);
});

test("a schedule's form says what is wrong with it", () => {
  const problem = (fields, entity = OFFICE) => {
    const form = new ScheduleForm(fakeApi().api, entity);
    for (const [path, value] of Object.entries(fields)) form.write(path, value);
    return form.firstProblem && [form.firstProblem, form.problems[form.firstProblem]];
  };
  const none = Object.fromEntries(WEEKDAYS.map((day) => [day, false]));
  assert.equal(problem({}), undefined);
  assert.equal(problem({ to: "06:00" }), undefined, "in the night after");
  assert.deepEqual(problem({ name: " " }), ["name", "form.missing"]);
  assert.deepEqual(problem({ weekdays: none }), ["weekdays", "schedule.weekdays.none"]);
  assert.deepEqual(problem({ day: "" }), ["day", "form.missing"]);
  assert.deepEqual(problem({ from: "" }), ["from", "form.missing"]);
  assert.deepEqual(problem({ repeats: "once", to: "08:00" }), ["to", "schedule.to.bad"]);
  assert.deepEqual(problem({ repeats: "yearly", lastDay: "2026-01-04" }), ["lastDay", "schedule.lastDay.bad"]);
  assert.deepEqual(problem({ repeats: "once", lastDay: "2027-01-06" }), ["lastDay", "schedule.lastDay.long"]);
  assert.deepEqual(problem({ ends: true, until: "2026-01-04" }), ["until", "schedule.until.bad"]);
  const form = new ScheduleForm(fakeApi().api, OFFICE);
  assert.deepEqual(["start", "end", "rrule", "name"].map((field) => form.pathOf(field)), ["day", "to", "repeats",
    "name"]);
  assert.equal(ScheduleForm.blank(fakeApi().api).firstProblem, "name", "everything else is there");
});

test("schedules are said in words of both languages", () => {
  const rrule = "FREQ=YEARLY;BYMONTH=1;BYDAY=2MO";
  const holiday = { start: "2026-01-12T00:00:00", end: "2026-01-13T00:00:00", rrule };
  const newYear = { start: "2026-12-29T00:00:00", end: "2027-01-04T00:00:00", rrule: "FREQ=YEARLY" };
  const odd = { ...OFFICE, rrule: "FREQ=WEEKLY;BYDAY=MO,WE,SA,SU;UNTIL=20261231" };
  const own = { ...OFFICE, rrule: "FREQ=MONTHLY" };
  const said = () => [OFFICE, odd, holiday, newYear, { ...OFFICE, rrule: undefined }, own]
    // Which spaces a language has between numbers and words is the formatter's.
    .map((entity) => scheduleWords(entity).replaceAll(/[\u2009\u202f]/g, " "));
  i18n.use("en", strings("en"));
  assert.deepEqual(said(), [
    "Mon–Fri, 9:00 AM – 5:00 PM",
    "Mon, Wed, Sat, Sun, 9:00 AM – 5:00 PM, until Dec 31, 2026",
    "Every year on the second Monday in January, all day",
    "Every year: Dec 29 – Jan 3",
    "Jan 5, 2026, 9:00 AM – 5:00 PM",
    "Jan 5, 2026, 9:00 AM – 5:00 PM, then by the rule FREQ=MONTHLY",
  ]);
  i18n.use("ja", strings("ja"));
  assert.deepEqual(said(), [
    "毎週 月〜金 9:00〜17:00",
    "毎週 月、水、土、日 9:00〜17:00（2026/12/31まで）",
    "毎年1月の第2月曜日 終日",
    "毎年 12月29日〜1月3日",
    "2026年1月5日 9:00〜17:00",
    "2026年1月5日 9:00〜17:00 から規則 FREQ=MONTHLY による",
  ]);
});

test("until when a state holds is said by the group's clock", () => {
  i18n.use("ja", strings("ja"));
  const now = Date.parse("2026-01-05T01:00:00Z");
  const until = (time) => stateWords({ state: "open", nextChangeAt: Date.parse(time) }, "Asia/Tokyo", now);
  assert.equal(until("2026-01-05T08:00:00Z"), "営業中（17:00まで）");
  assert.match(until("2026-01-06T00:00:00Z"), /^営業中（火曜日 9:00まで）$/);
  assert.match(until("2026-02-05T00:00:00Z"), /2026年2月5日 9:00/);
  assert.equal(stateWords({ state: "emergency", nextChangeAt: 0 }, undefined, now), "緊急のため受付停止中");
});

const GROUP = {
  id: "g1",
  name: "Hours",
  version: 2,
  timeZone: "Asia/Tokyo",
  openSchedules: [{ id: "s1", name: "Office" }, { id: "s2" }],
  closedSchedules: [{ id: "s2" }],
  holidaySchedules: [{ id: "gone" }],
};

test("a group's form moves a schedule between its lists, and leaves the others where they were", async () => {
  const schedules = [OFFICE, { id: "s2", name: "Lunch" }, { id: "s3", name: "New year" }];
  const { api, calls } = fakeApi({ changeScheduleGroup: (id, body) => ({ ...body, id }) });
  const form = new ScheduleGroupForm(api, GROUP, schedules);
  assert.deepEqual(form.values.schedules, { s1: "open", s2: "closed", s3: "" });
  const ids = (lists) => Object.values(lists).map((list) => list.map(({ id }) => id));
  assert.deepEqual(ids(listsOf(form.values, GROUP)), [["gone"], ["s2"], ["s1", "s2"]]);
  form.write("schedules.s3", "holiday");
  form.write("schedules.s1", "");
  assert.deepEqual(ids(listsOf(form.values, GROUP)), [["gone", "s3"], ["s2"], ["s2"]]);
  assert.equal(form.pathOf("holidaySchedules[1].id"), "schedules.s3");
  assert.equal(form.pathOf("timeZone"), "zone");
  assert.equal(await form.save(), true);
  assert.equal(calls[0][2].version, 2);
  assert.ok(zonesWith("Mars/Olympus").includes("Mars/Olympus") && zonesWith("UTC").includes("Asia/Tokyo"));
});

test("an emergency is switched at once, and what is written stays unsaved", async () => {
  let stored = { id: "e1", name: "Fire", version: 4, enabled: false, emergencyCallFlows: [1] };
  const { api, calls } = fakeApi({
    emergencyGroup: () => stored,
    changeEmergencyGroup: (id, body) => (stored = { ...body, version: body.version + 1 }),
  });
  const puts = () => calls.filter(([name]) => name === "changeEmergencyGroup").map(([, , body]) => body);
  const form = new EmergencyForm(api, stored);
  form.write("name", "Flood");
  assert.equal(await form.toggle(), true);
  assert.deepEqual(puts(), [{ id: "e1", name: "Fire", version: 4, enabled: true, emergencyCallFlows: [1] }]);
  assert.deepEqual([form.isOn, form.isDirty, form.values.name], [true, true, "Flood"]);
  await form.save();
  assert.deepEqual([puts()[1].version, puts()[1].name, puts()[1].enabled], [5, "Flood", true]);

  // Somebody else saves meanwhile: the switch acts all the same, and what is written must not hide what they wrote.
  stored = { ...stored, name: "Theirs", version: 7 };
  form.write("name", "Mine");
  await form.toggle();
  assert.deepEqual([puts()[2].name, puts()[2].version, puts()[2].enabled], ["Theirs", 7, false]);
  assert.deepEqual([form.isOn, form.values.name, form.entity.version], [false, "Mine", 6]);
  form.write("name", "Flood");
  stored = { ...stored, enabled: true };
  await form.toggle();
  assert.equal(puts().length, 3, "it is on already");
  assert.deepEqual([form.isOn, form.values.name, form.isDirty], [true, "Theirs", false]);

  const refuses = { changeEmergencyGroup: new ApiError(0, "no.answer", "") };
  const lost = new EmergencyForm(fakeApi({ emergencyGroup: () => stored }, refuses).api, stored);
  assert.equal(await lost.toggle(), false);
  assert.deepEqual([lost.failure?.sentence, lost.isOn], ["emergency.unknown", true]);
  refuses.changeEmergencyGroup = new ApiError(403, "missing.any.permissions", "no");
  await lost.toggle();
  assert.equal(lost.failure?.sentence, "emergency.failed");
});

test("what the server refuses is said in words: a later version, a name that is taken, what is in use", async () => {
  const refuses = { changeSchedule: new ApiError(409, "version.mismatch", "changed") };
  const { api } = fakeApi({}, refuses);
  const form = new ScheduleForm(api, OFFICE);
  assert.equal(await form.save(), false);
  assert.deepEqual([form.failure?.sentence, form.failure?.isStale], ["form.stale", true]);
  refuses.changeSchedule = new ApiError(409, "general.conflict", "already", undefined, { kind: "schedule", name: "x" });
  await form.save();
  assert.equal(form.problem("name"), "form.taken");
  form.write("name", "y");
  refuses.changeSchedule = new ApiError(400, "invalid.value", "no", "rrule");
  await form.save();
  assert.equal(form.problem("repeats"), "form.refused");
  await form.run(() => Promise.reject(new ApiError(409, "general.conflict", "used", undefined, { names: "Hours" })));
  assert.deepEqual([form.failure?.sentence, form.failure?.values], ["form.inUse", { names: "Hours" }]);
});

test("opening hours know who uses what, and when they must be asked again", async () => {
  const now = Date.parse("2026-01-05T01:00:00Z");
  const wire = { scheduleGroup: { id: "g1" }, state: "open", dateNextChange: "2026-01-05T01:01:00Z" };
  const queue = { id: "q1", name: "Support", inQueue: { scheduleGroup: { id: "g1" }, emergencyGroup: { id: "e1" } } };
  const { api, calls } = fakeApi({
    schedules: () => ({ entities: [OFFICE] }),
    scheduleGroups: (page) => ({ entities: page === 1 ? [GROUP] : [], pageCount: 2 }),
    scheduleGroupEvaluations: () => ({ entities: [wire] }),
    queuePage: () => ({ entities: [queue, { id: "q2", name: "Sales" }] }),
  });
  const hours = await OpeningHours.read(api, (kind) => kind !== "emergencyGroups", now);
  assert.deepEqual(hours.queuesOf("emergencyGroup", "e1").map(({ id }) => id), ["q1"]);
  assert.deepEqual(hours.groupsOf("s1").map(({ group, role }) => [group.id, role]), [["g1", "open"]]);
  assert.equal(calls.filter(([name]) => name === "scheduleGroups").length, 2);
  assert.equal(calls.some(([name]) => name === "emergencyGroups"), false, "nobody asks for what he may not see");
  assert.equal(hours.isOutdated(now + 59_000), false);
  assert.equal(hours.isOutdated(now + 60_000), true);
  await hours.evaluate(api, now + 60_000);
  assert.equal(hours.isOutdated(now + 61_000), false, "not more often than that");
});

test("the section of opening hours makes, opens and switches its three kinds", async () => {
  const { api, calls } = fakeApi({
    scheduleGroup: () => GROUP,
    emergencyGroup: () => ({ id: "e1", name: "Fire", enabled: false, version: 1 }),
    changeEmergencyGroup: (id, body) => ({ ...body, id }),
  });
  const administration = new Administration(api, ["routing:scheduleGroup:*", "routing:emergencyGroup:view"]);
  assert.deepEqual([administration.sections, administration.hourKinds], [["hours"],
    ["emergencyGroups", "scheduleGroups"]]);
  await administration.show("hours");
  administration.create("scheduleGroups");
  assert.equal(administration.form?.id, undefined);
  await administration.choose("g1", "scheduleGroups");
  assert.deepEqual([administration.kind, administration.form?.id], ["scheduleGroups", "g1"]);
  await administration.choose("e1", "emergencyGroups");
  assert.equal(await administration.toggle(), true);
  assert.equal(administration.form?.isOn, true);
  assert.deepEqual(["add", "delete"].map((what) => administration.may(what, "emergencyGroups")), [false, false]);
  await administration.choose("g1", "scheduleGroups");
  assert.equal(await administration.remove(), true);
  assert.ok(calls.some(([name, id]) => name === "deleteScheduleGroup" && id === "g1"));
});
