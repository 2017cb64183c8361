import { html } from "../../lib/html.js";
import { t } from "../../lib/i18n.js";
import { ViewElement } from "../../lib/view-element.js";
import { icon } from "../views/icons.js";

/** Cards side by side: swiped by touch, scrolled by keys, turned by the two buttons. */
class Carousel extends ViewElement {
  static properties = ["cards", "draw"];

  #isAtStart = true;
  #isAtEnd = false;

  view() {
    const count = this.cards.length;
    return html`
      <div class="track" role="group" aria-label=${t("cards.label", { count })} tabindex="0" @scroll=${this.#scrolled}>
        ${this.cards.map((card) => this.draw(card))}
      </div>
      ${!this.#isAtStart && this.#button("previous", -1)}
      ${!this.#isAtEnd && this.#button("next", 1)}`;
  }

  /** @param {"previous" | "next"} name @param {1 | -1} direction */
  #button(name, direction) {
    return html`<button type="button" class=${`turn ${name}`} aria-label=${t(`cards.${name}`)} key=${name}
      @click=${() => this.#turn(direction)}>${icon(name)}</button>`;
  }

  get #track() {
    return /** @type {HTMLElement} */ (this.querySelector(".track"));
  }

  /** @param {1 | -1} direction */
  #turn(direction) {
    const width = this.querySelector(".card")?.getBoundingClientRect().width ?? 0;
    const way = getComputedStyle(this).direction === "rtl" ? -direction : direction;
    this.#track.scrollBy({ left: way * (width + 8) });
  }

  #scrolled = () => {
    const { scrollLeft, scrollWidth, clientWidth } = this.#track;
    // Counts below zero where one reads from the right.
    const passed = Math.abs(scrollLeft);
    const [isAtStart, isAtEnd] = [passed < 8, passed + clientWidth > scrollWidth - 8];
    if (isAtStart === this.#isAtStart && isAtEnd === this.#isAtEnd) return;
    this.#isAtStart = isAtStart;
    this.#isAtEnd = isAtEnd;
    this.update();
  };
}

Carousel.define("engawa-carousel");
