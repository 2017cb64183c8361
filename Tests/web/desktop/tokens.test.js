import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const css = readFileSync(new URL("../../../web/styles/tokens.css", import.meta.url), "utf8");

/** Relative luminance (WCAG 2) of an oklch colour, by way of linear sRGB. */
function luminance([lightness, chroma, hue]) {
  const [a, b] = [chroma * Math.cos((hue * Math.PI) / 180), chroma * Math.sin((hue * Math.PI) / 180)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const [r, g, blue] = rgb.map((value) => Math.min(1, Math.max(0, value)));
  return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
}

const contrast = (one, other) => {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
};

/** A token's colour in a theme; tokens may name others. */
function colour(name, theme) {
  const value = css.match(new RegExp(`--${name}: (.+);`))?.[1];
  assert.ok(value, `--${name} is a token`);
  const pair = value.match(/^light-dark\((.+\)), (.+)\)$/);
  const own = pair ? pair[theme === "light" ? 1 : 2] : value;
  const alias = own.match(/^var\(--([\w-]+)\)$/);
  if (alias) return colour(alias[1], theme);
  const parts = own.match(/^oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)$/);
  assert.ok(parts, `--${name} is an oklch colour: ${own}`);
  return [Number(parts[1]) / 100, Number(parts[2]), Number(parts[3])];
}

const TEXT = [
  ["text", "page"],
  ["text", "surface"],
  ["text", "selection"],
  ["text", "hover"],
  ["text", "wood"],
  ["text-quiet", "page"],
  ["text-quiet", "surface"],
  ["text-quiet", "selection"],
  ["text-quiet", "hover"],
  ["text-quiet", "wood"],
  ["accent", "page"],
  ["accent", "surface"],
  ["on-accent", "accent"],
  ["on-ours", "ours"],
  ["good-text", "page"],
  ["bad-text", "page"],
  ["bad-text", "surface"],
  ["on-soon", "yuzu"],
  ["on-late", "beni"],
];
const CONTROLS = [
  ["control-line", "page"],
  ["control-line", "surface"],
  ["accent", "page"],
  ["accent", "surface"],
  ["matcha", "page"],
  ["matcha", "wood"],
  ["beni", "page"],
  ["beni", "surface"],
];

for (const theme of ["light", "dark"]) {
  test(`text has a contrast of at least 4.5 : 1 in ${theme}`, () => {
    for (const [front, back] of TEXT) {
      const ratio = contrast(colour(front, theme), colour(back, theme));
      assert.ok(ratio >= 4.5, `--${front} on --${back} has ${ratio.toFixed(2)} : 1`);
    }
  });

  test(`controls have a contrast of at least 3 : 1 in ${theme}`, () => {
    for (const [front, back] of CONTROLS) {
      const ratio = contrast(colour(front, theme), colour(back, theme));
      assert.ok(ratio >= 3, `--${front} on --${back} has ${ratio.toFixed(2)} : 1`);
    }
  });
}

test("the contrast of known colours is right", () => {
  assert.equal(Math.round(contrast([1, 0, 0], [0, 0, 0])), 21);
  // #767676 on white, the grey that just passes.
  assert.ok(Math.abs(contrast([0.5659, 0, 0], [1, 0, 0]) - 4.54) < 0.03);
});
