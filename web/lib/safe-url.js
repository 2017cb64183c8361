const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:", "blob:"]);

/**
 * An address that may stand in a link or an image; anything that could run script becomes an inert fragment.
 * Addresses come from customers and from platforms, neither of which is trusted.
 *
 * @param {string} address
 */
export function safeUrl(address) {
  let url;
  try {
    url = new URL(address, "https://here.invalid/");
  } catch {
    return "#";
  }
  const isImageData = /^data:image\/(png|jpeg|gif|webp);/i.test(address);
  return SAFE_SCHEMES.has(url.protocol) || isImageData ? address : "#";
}
