/**
 * The customer's sign-in (reference B.10): what the site's own sign-in gave is exchanged for a token that opens the
 * customer's conversation. The token lives minutes and is renewed without a word; what renews it stays in this browser
 * until the customer signs out.
 *
 * @typedef {Record<string, any>} Json
 * @typedef {{origin: string, deploymentId: string, memory: import("./models/memory.js").Memory, fetch?: typeof fetch,
 *   again: () => void, unknown: () => void, unheard: () => void, leaving: () => void, over: () => void}} Wiring
 *   `again`: ask for the session once more; `unknown`: take another token; `unheard`: the server is out of reach;
 *   `leaving`: what is being asked in the customer's name shall end; `over`: nobody is signed in any more
 */

const RENEWALS_MAX = 3;
const REASK = /^(Session authentication failed|Try to authenticate again)/;

export class SignIn {
  /** Attempts to mend what the server did not take, since it took something. */
  #attempts = 0;
  /** Whether this tab's session is a signed-in customer's; another tab may have ended it in our storage. */
  #isIn = false;

  /** @param {Wiring} wiring */
  constructor(wiring) {
    this.wiring = wiring;
  }

  /** The proof of who the customer is; another tab may have brought it. */
  get jwt() {
    return this.wiring.memory.proof.jwt;
  }

  /** @param {Json} oauth `code`, `redirectUri`, `codeVerifier`; or `idToken`, `nonce` */
  async begin(oauth) {
    const { deploymentId, memory, again } = this.wiring;
    const { jwt, refreshToken } = await this.#post("oauthcodegrantjwtexchange", {
      deploymentId,
      oauth: { redirectUri: location.href, ...oauth },
    });
    memory.change({ proof: { jwt, refreshToken }, isActive: true });
    again();
  }

  /** On all devices; here in any case. A proof that has run out is renewed first. */
  async end() {
    this.wiring.leaving();
    const revoke = () => this.#ask("DELETE", "revoke", { headers: { Authorization: `bearer ${this.jwt}` } });
    try {
      if (this.jwt) await revoke().catch(() => this.#renew().then(revoke));
    } finally {
      this.ended();
    }
  }

  /** The server says that it is over, or we do. */
  ended() {
    if (!this.jwt && !this.#isIn) return;
    this.#isIn = false;
    this.wiring.memory.change({ proof: {} });
    this.wiring.over();
  }

  /** The session is open. */
  isTaken() {
    this.#attempts = 0;
    this.#isIn = Boolean(this.jwt);
  }

  /**
   * What the server does not take is mended where that is possible: a proof is renewed, and a token that belongs to
   * somebody who is not signed in any more is left behind.
   *
   * @param {{code: number, text: string}} error
   * @returns {boolean} whether another request goes out
   */
  mend({ code, text }) {
    const { again, unknown, unheard } = this.wiring;
    const isForgotten = code === 4017;
    const isOld = Boolean(this.jwt) && (code === 401 || (code === 403 && REASK.test(text)));
    if ((!isForgotten && !isOld) || (this.#attempts += 1) > RENEWALS_MAX) return false;
    if (isForgotten) {
      if (!this.jwt) unknown();
      again();
    } else this.#renew().then(again, ({ status }) => (status < 500 ? this.ended() : unheard()));
    return true;
  }

  async #renew() {
    const { deploymentId, memory } = this.wiring;
    const { refreshToken } = memory.proof;
    const { jwt } = await this.#post("refresh", { deploymentId, refreshToken });
    memory.change({ proof: { jwt, refreshToken } });
  }

  /** @param {string} name @param {Json} body */
  #post(name, body) {
    const headers = { "Content-Type": "application/json" };
    return this.#ask("POST", name, { headers, body: JSON.stringify(body) });
  }

  /** @param {string} method @param {string} name @param {Json} options */
  async #ask(method, name, options) {
    const url = `${this.wiring.origin}/api/v2/webdeployments/token/${name}`;
    const signal = AbortSignal.timeout(20_000);
    const response = await (this.wiring.fetch ?? fetch)(url, { method, signal, ...options });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(answer.message), { status: response.status });
    return answer;
  }
}
