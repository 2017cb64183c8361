/**
 * SHA-256 for the PKCE challenge. `crypto.subtle` exists only on HTTPS and loopback; a contact centre that is tried
 * out on
 * `http://192.168.…` must be able to sign in as well. Not for secrets at rest.
 */

const { round, initial } = constants();

/** Fractional parts of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function constants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  return {
    round: primes.map((p) => fraction(Math.cbrt(p))),
    initial: primes.slice(0, 8).map((p) => fraction(Math.sqrt(p))),
  };
}

/** @param {string} text @returns {Uint8Array} 32 bytes */
export function sha256(text) {
  const message = pad(new TextEncoder().encode(text));
  const state = [...initial];
  for (let offset = 0; offset < message.byteLength; offset += 64) compress(state, message, offset);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, index) => digest.setInt32(index * 4, word));
  return new Uint8Array(digest.buffer);
}

/** @param {Uint8Array} bytes */
function pad(bytes) {
  const padded = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6) * 64 + 64));
  new Uint8Array(padded.buffer).set(bytes);
  padded.setUint8(bytes.length, 0x80);
  padded.setUint32(padded.byteLength - 4, bytes.length * 8);
  return padded;
}

const rotate = (word, bits) => (word >>> bits) | (word << (32 - bits));

/** @param {number[]} state @param {DataView} message @param {number} offset */
function compress(state, message, offset) {
  const words = Array.from({ length: 16 }, (_, i) => message.getInt32(offset + i * 4));
  for (let i = 16; i < 64; i++) {
    const early = rotate(words[i - 15], 7) ^ rotate(words[i - 15], 18) ^ (words[i - 15] >>> 3);
    const late = rotate(words[i - 2], 17) ^ rotate(words[i - 2], 19) ^ (words[i - 2] >>> 10);
    words[i] = (words[i - 16] + early + words[i - 7] + late) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const high = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + high + ((e & f) ^ (~e & g)) + round[i] + words[i]) | 0;
    const low = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
}
