/**
 * The server's time. Waiting times and countdowns compare the server's stamps with now, and computers of agents are
 * minutes off more often than one thinks; the `Date` header of each response tells by how much. Differences under two
 * seconds are the network's, not the clock's.
 */
export class Clock {
  #skewMs = 0;

  now() {
    return Date.now() + this.#skewMs;
  }

  /** @param {string | null} dateHeader */
  observe(dateHeader) {
    const server = Date.parse(dateHeader ?? "");
    if (Number.isNaN(server)) return;
    const skewMs = server - Date.now();
    this.#skewMs = Math.abs(skewMs) < 2000 ? 0 : skewMs;
  }
}

export const clock = new Clock();
