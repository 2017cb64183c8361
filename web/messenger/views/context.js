import { mediaAddress, object, text } from "../models/wire.js";

/**
 * What views need to know besides the conversation.
 *
 * @typedef {{origin: string, frame: HTMLElement, bot?: {name: string, avatarUrl?: string}, logo?: string,
 *   hasHome: boolean, hasMarkdown: boolean, isTouch: boolean, draft: Draft}} Context
 * @typedef {{read: () => string, write: (text: string) => void}} Draft
 */

/**
 * @param {Record<string, any>} config the deployment's public configuration
 * @param {{origin: string, frame: HTMLElement, draft: Draft}} place
 * @returns {Context}
 */
export function contextOf(config, { origin, frame, draft }) {
  const { apps, homeScreen } = object(config.messenger);
  const { humanize, markdown } = object(object(apps).conversations);
  const { name, avatarUrl } = object(object(humanize).bot);
  const hasHome = object(homeScreen).enabled !== false;
  return {
    origin,
    frame,
    draft,
    hasHome,
    bot: humanize?.enabled ? { name: text(name), avatarUrl: mediaAddress(avatarUrl, origin) } : undefined,
    logo: hasHome ? mediaAddress(object(homeScreen).logoUrl, origin) : undefined,
    hasMarkdown: object(markdown).enabled === true,
    isTouch: matchMedia("(pointer: coarse)").matches,
  };
}
