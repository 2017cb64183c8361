/**
 * What views need to know besides the conversation.
 *
 * @typedef {{address: (url: string) => string, bot?: {name?: string, avatarUrl?: string}, logo?: string, isTouch:
 *   boolean,
 *   draft: {read: () => string, write: (text: string) => void}}} Context
 *   `address` makes a server's relative address absolute: we live on somebody else's page
 */

/**
 * @param {Record<string, any>} config the deployment's public configuration
 * @param {string} origin of the server
 * @param {Context["draft"]} draft
 * @returns {Context}
 */
export function contextOf(config, origin, draft) {
  const { apps, homeScreen } = config.messenger ?? {};
  const humanize = apps?.conversations?.humanize;
  return {
    address: (url) => new URL(url, origin).href,
    bot: humanize?.enabled ? humanize.bot : undefined,
    logo: homeScreen?.enabled ? homeScreen.logoUrl : undefined,
    isTouch: matchMedia("(pointer: coarse)").matches,
    draft,
  };
}
