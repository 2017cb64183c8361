import assert from "node:assert/strict";
import { test } from "node:test";
import { Journey } from "../../../web/models/journey.js";

const visit = {
  createdDate: "2026-05-01T09:00:00.000Z",
  mktCampaign: { name: "spring", source: "letter" },
  referrer: { hostname: "news.example", medium: "unknown" },
};
const entities = [
  { id: "2", createdDate: "2026-05-01T09:02:00.000Z", webEvent: { page: { title: "", pathname: "/two", url: "u" } } },
  { id: "1", createdDate: "2026-05-01T09:01:00.000Z", appEvent: { screenName: "Basket" } },
  { id: "0", createdDate: "2026-05-01T09:00:00.000Z" },
];

test("a visit is its pages and screens, and what led to it", async () => {
  const asked = [];
  const api = {
    journey: async (id) => (asked.push(id), visit),
    journeyEvents: async (id, size) => (asked.push(id, size > 0), { entities }),
  };
  const journey = new Journey(/** @type {any} */ (api), "v");
  let changes = 0;
  journey.addEventListener("change", () => (changes += 1));
  await journey.load();
  assert.deepEqual(asked, ["v", "v", true]);
  assert.deepEqual(journey.steps.map(({ title }) => title), ["/two", "Basket"]);
  assert.equal(journey.campaign, "spring · letter");
  assert.equal(journey.referrer, "news.example");
  assert.ok(changes > 0);
});

test("a visit that cannot be read is one of which nothing is shown", async () => {
  const refused = async () => {
    throw new Error("404");
  };
  const journey = new Journey(/** @type {any} */ ({ journey: refused, journeyEvents: refused }), "v");
  await journey.load();
  assert.deepEqual(journey.steps, []);
  assert.equal(journey.isLoaded, true);
});

test("a page of the same site is no place to come from", async () => {
  const inside = { ...visit, referrer: { hostname: "shop.example", medium: "internal" } };
  const api = { journey: async () => inside, journeyEvents: async () => ({ entities: [] }) };
  const journey = new Journey(/** @type {any} */ (api), "v");
  await journey.load();
  assert.equal(journey.referrer, "");
});
