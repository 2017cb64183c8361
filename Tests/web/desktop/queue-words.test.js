import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { i18n } from "../../../web/lib/i18n.js";
import * as words from "../../../web/lib/queue-words.js";
import { QueueForm } from "../../../web/models/queue-form.js";

const strings = (language) => JSON.parse(readFileSync(new URL(`../../../web/i18n/${language}.json`, import.meta.url)));
i18n.use("en", strings("en"));

const RINGS = {
  name: "Support",
  lastAgentRoutingMode: "Disabled",
  bullseye: {
    rings: [
      {
        expansionCriteria: [{ type: "TIMEOUT_SECONDS", threshold: 30 }],
        actions: { skillsToRemove: [{ id: "s1", name: "French" }, { id: "s2", name: "Returns" }] },
      },
      {
        expansionCriteria: [{ type: "TIMEOUT_SECONDS", threshold: 60 }],
        memberGroups: [{ id: "g1", type: "TEAM", name: "Kyoto" }],
      },
      {},
    ],
  },
};

/** A form of a queue with people, each as their ring. */
function formOf(entity, rings = []) {
  const form = new QueueForm({}, entity);
  form.members = rings.map((ring, index) => ({
    id: `u${index}`, name: `U${index}`, detail: "", ring, joined: true, isByGroup: false,
  }));
  return form;
}

test("times are whole sentences of a language", () => {
  assert.equal(words.timeWords(0), "0 seconds");
  assert.equal(words.timeWords(90.5), "1 minute, 30.5 seconds");
  assert.equal(words.timeWords(7_200), "2 hours");
  assert.equal(words.unitWords("59"), "seconds");
  assert.equal(words.unitWords("300"), "seconds (5 min)");
  assert.equal(words.unitWords("soon"), "seconds");
  i18n.use("ja", strings("ja"));
  assert.equal(words.unitWords("300"), "秒（5 分）");
  i18n.use("en", strings("en"));
});

test("the story of a queue says who is asked when, ring by ring, and what is not asked for any more", () => {
  assert.deepEqual(words.findingStory(formOf(RINGS, [1, 1, 2])), [
    { at: 0, text: "Ring 1 is asked: 2 people." },
    { at: 30, text: "Ring 2 is asked as well: 1 person and Kyoto.\nNot asked for any more: French and Returns." },
    { at: 90, text: "Ring 3 is asked as well: nobody yet." },
  ]);
  const unclear = formOf(RINGS);
  unclear.write("rings.0.timeout", "soon");
  assert.equal(words.findingStory(unclear).length, 1, "nobody knows when the next one is asked");
  const [only] = words.findingStory(formOf({ lastAgentWaitSeconds: 60 }, [1, 4]));
  assert.equal(only.at, 0);
  assert.match(only.text, /^The agent the customer had last .* 1 minute if busy\.\nMay be asked: 2 people\.$/);
});

test("whoever leaves, or does not take part, is not counted among those who are asked", () => {
  const form = formOf({}, [1, 1, 1]);
  const [first, second] = form.rows;
  form.changeMember(first, { isIn: false });
  form.changeMember(second, { joined: false });
  assert.equal(words.whoWords(form), "1 person");
  assert.deepEqual(words.membersDigest(form).filter(Boolean), ["2 people"]);
});

test("a closed part says what it holds", () => {
  const said = (digest) => digest.filter(Boolean);
  const form = formOf(RINGS, [1]);
  form.write("byHand", true);
  assert.deepEqual(said(words.membersDigest(form)), ["1 person", "1 group"]);
  assert.deepEqual(said(words.findingDigest(form)), [
    "All skills needed", "Longest idle first", "3 rings", "May be taken by hand",
  ]);
  assert.deepEqual(said(words.askingDigest(form)), [
    "30 seconds to answer", "80 % within 20 seconds", "No after-call work",
  ]);
  assert.deepEqual(said(words.hoursDigest(form)), ["Always open"]);
  assert.deepEqual(said(words.waitingDigest(form)), ["Nothing is said"]);
  form.write("maximum.isOn", true);
  assert.deepEqual(said(words.waitingDigest(form)), ["At most 30 minutes"]);
});
