import assert from "node:assert/strict";
import { test } from "node:test";
import { contentOf, summaryOf } from "../../../web/models/message-content.js";

const content = (items, more = {}) =>
  contentOf({ id: "m1", normalizedMessage: { type: "Structured", content: items, ...more } });

test("a text is a text, from old and new fields alike", () => {
  assert.equal(contentOf({ id: "m1", normalizedMessage: { text: "hello" } }).text, "hello");
  assert.equal(contentOf({ id: "m1", textBody: "hello" }).text, "hello");
  assert.equal(content([{ contentType: "Text", text: { type: "Text", body: "hello" } }]).text, "hello");
});

test("attachments keep their kind, name and size", () => {
  const kinds = [["Image", "image"], ["Video", "video"], ["Audio", "audio"], ["Link", "link"], ["File", "file"], [
    "Other",
    "file",
  ]];
  for (const [mediaType, kind] of kinds) {
    const [part] =
      content([{ contentType: "Attachment", attachment: { mediaType, url: "u", filename: "n", contentSizeBytes: 5 } }])
        .parts;
    assert.deepEqual([part.kind, part.name, part.bytes], [kind, "n", 5]);
  }
});

test("quick replies are one row of choices", () => {
  const items = ["A", "B"].map((text) => ({ contentType: "QuickReply", quickReply: { text, payload: text } }));
  assert.deepEqual(content(items, { text: "Which?" }).parts, [{ kind: "choices", choices: ["A", "B"] }]);
});

test("an answer by button is not told twice", () => {
  const answer = content([{
    contentType: "ButtonResponse",
    buttonResponse: { type: "QuickReply", text: "A", payload: "a" },
  }], { text: "A" });
  assert.deepEqual([answer.text, answer.parts], ["", [{ kind: "response", text: "A" }]]);
});

test("cards and carousels are cards with their actions", () => {
  const card = {
    title: "T",
    description: "D",
    image: "i",
    actions: [{ type: "Link", text: "Go", url: "u" }, { type: "Postback", text: "Take", payload: "p" }],
  };
  const [one] = content([{ contentType: "Card", card }]).parts;
  const [many] = content([{ contentType: "Carousel", carousel: { cards: [card, card] } }]).parts;
  assert.deepEqual(one.cards[0].actions, [{ text: "Go", url: "u" }, { text: "Take", url: undefined }]);
  assert.equal(many.cards.length, 2);
});

test("pickers and forms are questions with what they offer", () => {
  const dateTime = "2030-12-01T01:00:00.000Z";
  const date = { title: "When?", subtitle: "Any day", availableTimes: [{ dateTime, duration: 1800 }, {}] };
  const list = { receivedMessage: { title: "Which?" }, sections: [{ items: [{ id: "g", title: "Gyokuro" }] }] };
  const components = [{ input: { id: "n", title: "Name" } }, { wheelPicker: { id: "floor" } }];
  const form = { introduction: { title: "Delivery" }, formPages: [{ pageComponents: components }] };
  const asked = (contentType, member, body) => content([{ contentType, [member]: body }]).parts;
  const question = { kind: "question", title: "", subtitle: "", choices: [], times: [] };
  assert.deepEqual(asked("DatePicker", "datePicker", date), [
    { ...question, title: "When?", subtitle: "Any day", times: [Date.parse(dateTime)] },
  ]);
  assert.deepEqual(asked("ListPicker", "listPicker", list), [{ ...question, title: "Which?", choices: ["Gyokuro"] }]);
  assert.deepEqual(asked("Form", "form", form), [{ ...question, title: "Delivery", choices: ["Name", "floor"] }]);
  assert.deepEqual(asked("ListPicker", "listPicker", {}), [question]);
  assert.deepEqual(summaryOf(content([{ contentType: "Form", form }])), { text: "Delivery" });
});

test("answers of several parts are told once", () => {
  const button = (text) => ({
    contentType: "ButtonResponse",
    buttonResponse: { type: "ListPicker", text, payload: "p" },
  });
  const several = content([button("A"), button("B")], { text: "A\nB" });
  assert.deepEqual([several.text, several.parts.length], ["", 2]);
  const response = ["Hana", "1F"].map((text) => ({ id: text, component: { buttonResponse: { text } } }));
  const form = [{ contentType: "Form", form: { response } }];
  assert.deepEqual(content(form).parts, [{ kind: "response", text: "Hana, 1F" }]);
  const told = content(form, { text: "Name: Hana" });
  assert.deepEqual([told.text, told.parts], ["Name: Hana", []]);
});

test("unknown content says what it is, known content without its body too", () => {
  assert.deepEqual(content([{ contentType: "Hologram", hologram: {} }]).parts, [{ kind: "unknown", type: "Hologram" }]);
  assert.deepEqual(content([{ contentType: "Card" }]).parts, [{ kind: "unknown", type: "Card" }]);
  assert.deepEqual(content([{}]).parts, [{ kind: "unknown", type: "" }]);
});

test("typing is not content, and a bot is told from a person", () => {
  assert.deepEqual(content([], { events: [{ eventType: "Typing" }] }).parts, []);
  assert.equal(content([], { originatingEntity: "Bot" }).fromBot, true);
});

test("the reasons of a failure come from its receipts", () => {
  const failed = contentOf({
    id: "m1",
    normalizedMessage: {},
    normalizedReceipts: [{ status: "Failed", reasons: [{ code: "GeneralError", message: "No such number" }] }],
  });
  assert.deepEqual(failed.reasons, ["No such number"]);
});

test("the list shows the text, else what there is", () => {
  assert.deepEqual(summaryOf(content([], { text: "hello" })), { text: "hello" });
  assert.deepEqual(summaryOf(content([{ contentType: "Attachment", attachment: { mediaType: "Image" } }])), {
    kind: "image",
  });
});
