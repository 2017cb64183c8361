import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { mediaAddress } from "../models/wire.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("../models/message.js").Author} Author
 * @typedef {import("./context.js").Context} Context
 */

/**
 * The name to show: the agent's own, the name that the deployment gave its bot, or what they are.
 * @param {Author} author
 * @param {Context} context
 */
export function nameOf(author, context) {
  if (author.name) return author.name;
  return author.isBot ? context.bot?.name || t("who.botName") : t("who.personName");
}

/** A picture, the mark of a machine, or the initial of a person. @param {Author} author @param {Context} context */
export function avatar(author, context) {
  const image = mediaAddress(author.image, context.origin) ?? (author.isBot ? context.bot?.avatarUrl : undefined);
  if (image) {
    return html`<span class="avatar"><img src=${image} alt="" loading="lazy" referrerpolicy="no-referrer"></span>`;
  }
  if (author.isBot) return html`<span class="avatar machine" aria-hidden="true">${icon("bot")}</span>`;
  return html`<span class="avatar" aria-hidden="true">${[...nameOf(author, context)][0].toUpperCase()}</span>`;
}
