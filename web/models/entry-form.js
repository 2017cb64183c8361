import { Form } from "./form.js";

/**
 * An entry point, while somebody edits it.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {import("./platform-api.js").PlatformApi} PlatformApi
 */

export const CHANNELS = ["webmessaging", "facebook", "instagram", "whatsapp", "twitter"];
const WITH_REF = ["webmessaging", "facebook", "instagram"];
const WITH_TEXT = ["webmessaging", "whatsapp", "twitter"];
const TEXT_BYTES_MAX = 600;
const ATTRIBUTES_MAX = 20;
const ATTRIBUTE_BYTES_MAX = 800;
const ADDRESSES = {
  facebook: /^[\w.-]{1,75}$/,
  instagram: /^@?[\w.]{1,30}$/,
  whatsapp: /^\+?[1-9][\d ()-]{6,24}$/,
  twitter: /^\d{1,20}$/,
};

const bytesOf = (/** @type {string} */ text) => new TextEncoder().encode(text).length;

export class EntryForm extends Form {
  /** The code as an address that the page can show. @type {string | undefined} */
  qrUrl;

  /** @param {PlatformApi} api @param {Json} entity */
  constructor(api, entity) {
    super(valuesOf(entity));
    this.api = api;
    this.entity = entity;
  }

  /** @param {PlatformApi} api @param {string} id */
  static async open(api, id) {
    const form = new EntryForm(api, await api.entryPoint(id));
    await form.draw();
    return form;
  }

  /** @param {PlatformApi} api @param {string | undefined} deployment */
  static blank(api, deployment) {
    return new EntryForm(api, { channel: { type: "webmessaging", deployment: { id: deployment } } });
  }

  get id() {
    return this.entity.id;
  }

  get carriesRef() {
    return WITH_REF.includes(this.values.channel);
  }

  get carriesText() {
    return WITH_TEXT.includes(this.values.channel);
  }

  get problems() {
    const { values } = this;
    const isOurs = values.channel === "webmessaging";
    const isAddress = isOurs || ADDRESSES[values.channel].test(values.address.trim());
    return {
      name: values.name.trim() ? undefined : "form.missing",
      deployment: isOurs && !values.deployment ? "form.missing" : undefined,
      address: isAddress ? undefined : values.address.trim() ? "entry.address.bad" : "form.missing",
      welcome: /^\d{0,20}$/.test(values.welcome.trim()) || values.channel !== "twitter" ? undefined
        : "entry.welcome.bad",
      ref: !this.carriesRef || /^[\w=-]{0,250}$/.test(values.ref.trim()) ? undefined : "entry.ref.bad",
      text: this.carriesText && bytesOf(values.text) > TEXT_BYTES_MAX ? "entry.text.bad" : undefined,
      attributes: attributeProblem(values.attributes),
    };
  }

  /** @param {string | undefined} field */
  pathOf(field) {
    if (field?.startsWith("attributes")) return "attributes";
    const known = {
      "channel.address": "address",
      "channel.deployment.id": "deployment",
      "channel.welcomeMessageId": "welcome",
    };
    return known[field] ?? field;
  }

  save() {
    return this.attempt(async () => {
      const wanted = bodyOf(this);
      const { api } = this;
      this.entity = this.id ? await api.changeEntryPoint(this.id, wanted) : await api.createEntryPoint(wanted);
      await this.draw();
      this.stored(valuesOf(this.entity));
    });
  }

  /** Asks for the code. Without one, everything else is still there. */
  async draw() {
    this.release();
    const svg = await this.api.qrCode(this.id).catch(() => undefined);
    if (svg) this.qrUrl = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    this.changed();
  }

  /** The code is not shown any more. */
  release() {
    if (this.qrUrl) URL.revokeObjectURL(this.qrUrl);
    this.qrUrl = undefined;
  }
}

/** @param {Json} entity @returns {Json} */
function valuesOf(entity) {
  return {
    name: entity.name ?? "",
    isActive: (entity.status ?? "Active") === "Active",
    channel: entity.channel?.type ?? "webmessaging",
    deployment: entity.channel?.deployment?.id ?? "",
    address: entity.channel?.address ?? "",
    welcome: entity.channel?.welcomeMessageId ?? "",
    ref: entity.ref ?? "",
    text: entity.text ?? "",
    attributes: Object.entries(entity.attributes ?? {}).map(([name, value]) => `${name} = ${value}`).join("\n"),
    button: entity.buttonLabel ?? "",
  };
}

/** @param {EntryForm} form @returns {Json} */
function bodyOf({ values, carriesRef, carriesText }) {
  const { channel: type } = values;
  const welcomeMessageId = type === "twitter" ? values.welcome.trim() : "";
  const channel = type === "webmessaging"
    ? { type, deployment: { id: values.deployment } }
    : { type, address: values.address.trim(), ...(welcomeMessageId && { welcomeMessageId }) };
  return {
    name: values.name.trim(),
    status: values.isActive ? "Active" : "Inactive",
    channel,
    attributes: attributesOf(values.attributes),
    ...(carriesRef && values.ref.trim() && { ref: values.ref.trim() }),
    ...(carriesText && values.text.trim() && { text: values.text }),
    ...(values.button.trim() && { buttonLabel: values.button.trim() }),
  };
}

const linesOf = (/** @type {string} */ text) => text.split("\n").filter((line) => line.trim());

/** One `name = value` a line. @param {string} text @returns {Record<string, string>} */
export function attributesOf(text) {
  return Object.fromEntries(linesOf(text).map((line) => {
    const [name, ...value] = line.split("=");
    return [name.trim(), value.join("=").trim()];
  }));
}

/** @param {string} text */
function attributeProblem(text) {
  const isLine = (/** @type {string} */ line) => /^\s*[^\s=][^=]*=\s*\S/.test(line);
  if (!linesOf(text).every(isLine)) return "entry.attributes.bad";
  const attributes = Object.entries(attributesOf(text));
  if (attributes.some(([name]) => name.startsWith("referral."))) return "entry.attributes.reserved";
  const bytes = attributes.reduce((sum, [name, value]) => sum + bytesOf(name) + bytesOf(value), 0);
  return attributes.length > ATTRIBUTES_MAX || bytes > ATTRIBUTE_BYTES_MAX ? "entry.attributes.many" : undefined;
}
