import assert from "node:assert/strict";
import test from "node:test";
import { answerOf, missingOn, readQuestions } from "../../../web/messenger/models/questions.js";

const ORIGIN = "https://chat.example";
const read = (/** @type {any} */ item) => /** @type {any} */ (readQuestions(item, ORIGIN));
const clock = {
  time: (/** @type {string} */ time) => `at ${time.slice(11, 16)}`,
  list: (/** @type {string[]} */ texts) => texts.join(", "),
  line: (/** @type {string} */ title, /** @type {string} */ answer) => `${title}: ${answer}`,
};

const list = {
  contentType: "ListPicker",
  listPicker: {
    id: "teas",
    receivedMessage: { title: "Which teas?", subtitle: "As many as you like" },
    replyMessage: { title: "Your teas" },
    sections: [
      { title: "Green", multipleSelection: true, items: [{ id: "g", title: "Gyokuro" }, { id: "s", title: "Sencha" }] },
      { title: "Roasted", multipleSelection: false, items: [{ id: "h", title: "Hojicha", imageUrl: "/h.png" }] },
    ],
  },
};
const date = {
  contentType: "DatePicker",
  datePicker: {
    title: "When?",
    availableTimes: [
      { dateTime: "2026-03-02T01:00:00.000Z", duration: 900 },
      { dateTime: "2026-03-01T01:00:00.000Z", duration: 900 },
      { dateTime: "soon", duration: 900 },
    ],
  },
};
const form = {
  contentType: "Form",
  form: {
    cannedResponseId: "canned",
    introduction: { title: "Delivery", buttonText: "Begin" },
    showSummary: true,
    formPages: [
      {
        title: "You",
        pageComponents: [
          { formComponentType: "Input", input: { id: "name", title: "Name", isRequired: true } },
          {
            formComponentType: "WheelPicker",
            wheelPicker: { id: "floor", items: [{ id: "f1", title: "First", value: "1" }] },
          },
        ],
      },
      {
        title: "Tea",
        pageComponents: [{ formComponentType: "ListPicker", ...list }, { formComponentType: "New" }],
      },
      {
        title: "When",
        pageComponents: [{ formComponentType: "DatePicker", datePicker: { id: "day", ...date.datePicker } }],
      },
    ],
  },
};

/** @param {string} type @param {string} text @param {string} payload @param {string} originatingMessageId */
const response = (type, text, payload, originatingMessageId) => ({
  contentType: "ButtonResponse",
  buttonResponse: { type, text, payload, originatingMessageId },
});

test("a list answers with one response a choice, and names what it answers", () => {
  const questions = read(list);
  assert.equal(questions.title, "Which teas?");
  assert.equal(missingOn(questions.pages[0], {})?.id, "teas");
  assert.deepEqual(answerOf(questions, { teas: ["s", "h"] }, "m1", clock), {
    type: "Structured",
    text: "Sencha\nHojicha",
    content: [
      response("ListPicker", "Sencha", "s", "m1"),
      response("ListPicker", "Hojicha", "h", "m1"),
    ],
    parent: "m1",
  });
});

test("a date answers with the customer's words and the wire's time", () => {
  const questions = read(date);
  const [question] = questions.pages[0].questions;
  assert.deepEqual(question.times, ["2026-03-01T01:00:00.000Z", "2026-03-02T01:00:00.000Z"]);
  const { content, text, parent } = answerOf(questions, { [question.id]: [question.times[1]] }, "m2", clock);
  assert.deepEqual([text, parent], ["at 01:00", "m2"]);
  assert.deepEqual(content, [response("DatePicker", "at 01:00", "2026-03-02T01:00:00.000Z", "m2")]);
});

test("a form asks page by page and answers with every component that was filled in", () => {
  const questions = read(form);
  const kinds = (/** @type {any} */ page) => page.questions.map((/** @type {any} */ one) => one.kind);
  assert.deepEqual(questions.pages.map(kinds), [["input", "wheel"], ["list"], ["date"]]);
  assert.equal(questions.start, "Begin");
  assert.equal(missingOn(questions.pages[0], { name: [" "] })?.id, "name");
  const values = { name: ["Hana"], floor: ["1"], teas: ["g", "s"], day: [] };
  const { content, text } = answerOf(questions, values, "m3", clock);
  const component = (/** @type {string} */ words, /** @type {string} */ payload) => ({
    contentType: "ButtonResponse",
    buttonResponse: { type: "Form", text: words, payload },
  });
  assert.deepEqual(content, [
    {
      contentType: "Form",
      form: {
        originatingMessageId: "m3",
        cannedResponseId: "canned",
        response: [
          { id: "name", component: component("Hana", "Hana") },
          { id: "floor", component: component("First", "1") },
          { id: "teas", component: component("Gyokuro, Sencha", "g,s") },
        ],
      },
    },
  ]);
  assert.match(text, /^Name: Hana\n/);
});

test("questions without anything to choose are none", () => {
  assert.equal(read({ contentType: "ListPicker", listPicker: { sections: [{ title: "Empty" }] } }), undefined);
  assert.equal(read({ contentType: "Form", form: { introduction: { title: "x" } } }), undefined);
  assert.equal(read({ contentType: "DatePicker", datePicker: {} }).pages[0].questions[0].times.length, 0);
});
