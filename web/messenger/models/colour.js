/**
 * Colours of a deployment on our paper. The deployment gives one colour; text in that colour on light and on dark
 * paper must stay readable (WCAG 2.2, 1.4.3), so it is mixed with ink until it is.
 *
 * @typedef {[red: number, green: number, blue: number]} Rgb 0…255
 */

/**
 * The most demanding surface under accent text in each scheme (a control's tint under the pointer), and the ink, as
 * sRGB.
 *
 * @type {{light: {paper: Rgb, ink: Rgb}, dark: {paper: Rgb, ink: Rgb}}}
 */
export const PAPERS = {
  light: { paper: [240, 231, 217], ink: [35, 31, 27] },
  dark: { paper: [50, 43, 34], ink: [235, 232, 227] },
};
const READABLE = 4.5;
const STEPS = 20;

/** @param {string} hex `#rrggbb` @returns {Rgb} */
export function parseHex(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** Relative luminance as WCAG defines it, 0…1. @param {Rgb} colour */
export function luminance(colour) {
  const [red, green, blue] = colour.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {Rgb} one @param {Rgb} other 1…21 */
export function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * The deployment's colour as a text colour on paper.
 * @param {string} hex
 * @param {{paper: Rgb, ink: Rgb}} scheme
 * @returns {string} CSS colour
 */
export function accentOn(hex, { paper, ink }) {
  const colour = parseHex(hex);
  for (let step = 0; step <= STEPS; step += 1) {
    const mixed = /** @type {Rgb} */ (
      colour.map((part, index) => Math.round(part + ((ink[index] - part) * step) / STEPS))
    );
    if (contrast(mixed, paper) >= READABLE) return `rgb(${mixed.join(" ")})`;
  }
  return `rgb(${ink.join(" ")})`;
}
