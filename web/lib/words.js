import { i18n, t } from "./i18n.js";
import { customerName, customerOf } from "../models/conversation.js";

/** Words for values of the API. */

/** @param {string} channel */
export const channelName = (channel) => t(i18n.has(`channel.${channel}`) ? `channel.${channel}` : "channel.unknown");

const CHANNEL_ICONS = ["webmessaging", "open", "whatsapp", "facebook", "instagram", "twitter", "sms"];

/** @param {string} channel */
export const channelIcon = (channel) => `channel-${CHANNEL_ICONS.includes(channel) ? channel : "unknown"}`;

/**
 * What we call a customer: the name, or honestly that we do not know it.
 *
 * @param {import("../models/conversation.js").Conversation} conversation
 */
export const nameOf = (conversation) =>
  customerName(conversation) || t(customerOf(conversation)?.authenticated ? "customer.member" : "customer.visitor");

const ROUTING = {
  IDLE: "routing.idle",
  INTERACTING: "routing.interacting",
  COMMUNICATING: "routing.interacting",
  NOT_RESPONDING: "routing.notResponding",
};

/** @param {string} status */
export const routingName = (status) => t(ROUTING[status] ?? "routing.offQueue");

/** The colour of a dot, always beside the words. @param {string} system @param {string} status */
export function presenceDot(system, status) {
  if (system === "onqueue") return status === "NOT_RESPONDING" ? "bad" : status === "IDLE" ? "good" : "busy";
  return system === "available" ? "good" : system === "offline" ? "" : "soon";
}

/** One line about what a message shows, for the list. @param {{text?: string, kind?: string}} summary */
export const previewOf = ({ text, kind }) => text || t(`content.${kind && kind !== "unknown" ? kind : "other"}`);

/** @param {number} bytes */
export function fileSize(bytes) {
  return bytes < 1024 * 1024
    ? t("size.kb", { size: Math.max(1, Math.round(bytes / 1024)) })
    : t("size.mb", { size: (bytes / 1024 / 1024).toFixed(1) });
}
