import assert from "node:assert/strict";
import test from "node:test";
import { partsOf, wordsOf } from "../../../web/messenger/models/content.js";
import { lineFromWire } from "../../../web/messenger/models/message.js";
import { answersOf, lineFromEntry, quickRepliesOf } from "../../../web/messenger/models/timeline.js";
import { answer, mine } from "./support/bodies.js";

const ORIGIN = "https://chat.example";
const line = (/** @type {any} */ body) => /** @type {any} */ (lineFromWire(body, 0));
const parts = (/** @type {any[]} */ ...content) => partsOf(line(answer(1, "", { content })), ORIGIN);
const first = (/** @type {any} */ item) => /** @type {any} */ (parts(item)[0]);

test("files are what their media type says, and theirs addresses are whole", () => {
  const file = (/** @type {string} */ mediaType, more = {}) =>
    first({ contentType: "Attachment", attachment: { mediaType, url: "/m/1", filename: "a", fileSize: 9, ...more } });
  for (const type of ["Image", "Video", "Audio", "File", "Link"])
    assert.deepEqual(file(type), { kind: type.toLowerCase(), url: "https://chat.example/m/1", name: "a", bytes: 9 });
  assert.equal(file("", { mime: "image/png" }).kind, "image");
  assert.equal(file("Image", { url: "javascript:alert(1)" }).kind, "unknown");
  assert.equal(file("Image", { url: "data:image/png;base64,x" }).kind, "unknown");
  assert.equal(file("File", { url: "http://[" }).kind, "unknown");
});

test("cards of every form become cards, without actions that lead nowhere", () => {
  const { cards } = first({
    contentType: "Card",
    card: {
      title: "Oak",
      image: "https://pics.example/oak.jpg",
      defaultAction: { type: "Link", url: "https://shop.example" },
      actions: [
        { type: "Link", text: "See", url: "https://shop.example/oak" },
        { type: "Postback", text: "Take", payload: "take-1" },
        { type: "Link", text: "Bad", url: "javascript:alert(1)" },
        { type: "Postback" },
      ],
    },
  });
  assert.deepEqual(
    cards[0].actions.map((/** @type {any} */ one) => [one.kind, one.text, one.payload]),
    [
      ["link", "See", ""],
      ["choice", "Take", "take-1"],
    ],
  );
  assert.equal(cards[0].url, "https://shop.example/");
  const carousel = { cards: [{ title: "a" }, { title: "b" }] };
  assert.equal(first({ contentType: "Carousel", carousel }).cards.length, 2);
  const generic = first({
    contentType: "GenericTemplate",
    generic: { title: "Old", components: [{ title: "Yes", actions: { textback: "y" } }] },
  });
  assert.deepEqual(generic.cards[0].actions, [{ kind: "choice", text: "Yes", payload: "y" }]);
});

test("a place has a name, an address, and a link only if it was given one", () => {
  const place = (/** @type {any} */ location) => first({ contentType: "Location", location });
  assert.deepEqual(place({ latitude: 35.01, longitude: 135.77 }), {
    kind: "place",
    name: "35.01000, 135.77000",
    address: "",
    url: undefined,
  });
  const shop = { text: "Shop", address: "Kyoto", url: "https://maps.example/x", latitude: 1, longitude: 2 };
  assert.deepEqual(place(shop), {
    kind: "place",
    name: "Shop",
    address: "Kyoto",
    url: "https://maps.example/x",
  });
});

test("what nobody knows is said politely, with its words", () => {
  assert.deepEqual(first({ contentType: "PaymentRequest", paymentRequest: { title: "Tea" } }), {
    kind: "unknown",
    text: "Tea",
  });
  for (const contentType of ["constructor", "__proto__", "", 7, undefined])
    assert.deepEqual(parts({ contentType }), [{ kind: "unknown", text: "" }]);
});

test("wrong types anywhere are texts or nothing, never an error", () => {
  const wrong = [null, 7, "x", true, [], [null], {}, { tag: "img", attributes: [["onerror", "x"]] }];
  const kinds = "Attachment Card Carousel GenericTemplate QuickReply QuickReplyV2 ButtonResponse Text";
  const more = "Notification Story InteractiveApplication Location Form ListPicker DatePicker Reactions RichLink";
  for (const contentType of `${kinds} ${more}`.split(" "))
    for (const value of wrong) {
      const names = ["attachment", "card", "carousel", "generic", "quickReply", "quickReplyV2", "buttonResponse"];
      const rest = ["text", "template", "story", "interactiveApplication", "location"];
      rest.push("form", "listPicker", "datePicker");
      const item = Object.fromEntries([...names, ...rest].map((name) => [name, value]));
      const deep = Object.fromEntries([...names, ...rest].map((name) => [
        name,
        { title: value, url: value, cards: value, actions: value, sections: value, formPages: value, text: value },
      ]));
      for (const content of [item, deep]) {
        const body = answer(1, "x", { content: [{ contentType, ...content }] });
        assert.ok(Array.isArray(partsOf(line(body), ORIGIN)), contentType);
        assert.ok(Array.isArray(quickRepliesOf([line(body)])), contentType);
        assert.equal(typeof wordsOf(line(body).content), "string");
      }
    }
});

test("chips come from both kinds of quick replies, until somebody says something", () => {
  const reply = (/** @type {string} */ text) => ({
    contentType: "QuickReply",
    quickReply: { text, payload: `p-${text}` },
  });
  const asked = line(answer(1, "Size?", { id: "m1", content: [reply("S"), reply("L")] }));
  assert.deepEqual(
    quickRepliesOf([asked]).map(({ text, payload, messageId }) => [text, payload, messageId]),
    [
      ["S", "p-S", "m1"],
      ["L", "p-L", "m1"],
    ],
  );
  const second = { contentType: "QuickReplyV2", quickReplyV2: { title: "?", actions: [{ text: "S" }] } };
  assert.deepEqual(quickRepliesOf([line(answer(1, "", { content: [second] }))])[0].payload, "S");
  assert.deepEqual(quickRepliesOf([asked, line(mine(2, "S"))]), []);
});

test("an answer belongs to what it answers, on its way, confirmed and in the history, unless it failed", () => {
  const response = { type: "Button", text: "Take", payload: "take", originatingMessageId: "m1" };
  const content = [{ contentType: "ButtonResponse", buttonResponse: response }];
  const message = { type: "Structured", text: "Take", content, metadata: { id: "c1", parentMessageId: "m1" } };
  const entry = (/** @type {any} */ state) => lineFromEntry({ id: "c1", at: 1, message, state }, true);
  const confirmed = line({ ...mine(2, "Take", "c1"), content, metadata: message.metadata });
  for (const one of [entry("sending"), entry("waiting"), confirmed, line({ ...mine(2, ""), content })])
    assert.equal(answersOf([one]).get("m1"), one);
  assert.equal(answersOf([entry("failed")]).size, 0);
});
