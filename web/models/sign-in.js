import { Model } from "../lib/model.js";
import { sha256 } from "../lib/sha256.js";
import { storage } from "../lib/storage.js";
import { errorOf } from "./api-error.js";

/**
 * OAuth authorization code with PKCE (RFC 7636), as any public client of the API would do it. Tokens live in
 * `sessionStorage`: a reload keeps the agent signed in, closing the tab does not leave a key on a shared computer.
 *
 * @typedef {{accessToken: string, refreshToken?: string, expiresAt: number}} Tokens
 * @typedef {{clientId: string, organizationName: string}} Configuration
 */

const TOKENS = "engawa.tokens";
const PENDING = "engawa.signIn";
const EARLY_MS = 60_000;

export class SignIn extends Model {
  /** @type {Configuration | undefined} */
  configuration;
  /** @type {Tokens | undefined} */
  #tokens = storage.session.readJson(TOKENS, undefined);
  /** @type {Promise<boolean> | undefined} */
  #refreshing;

  /** @param {string} redirectUri the address of the desktop, without query */
  constructor(redirectUri) {
    super();
    this.redirectUri = redirectUri;
  }

  get isSignedIn() {
    return Boolean(this.#tokens);
  }

  async configure() {
    const response = await fetch(new URL("config.json", this.redirectUri));
    if (!response.ok) throw await errorOf(response);
    this.configuration = await response.json();
  }

  /** Where to send the browser. The verifier stays here, the challenge goes. @returns {string} */
  begin() {
    const verifier = randomText(48);
    const state = randomText(16);
    storage.session.writeJson(PENDING, { verifier, state });
    const query = new URLSearchParams({
      client_id: this.configuration?.clientId ?? "",
      redirect_uri: this.redirectUri,
      response_type: "code",
      code_challenge: base64Url(sha256(verifier)),
      code_challenge_method: "S256",
      state,
    });
    return `/oauth/authorize?${query}`;
  }

  /**
   * Takes the answer of the sign-in page out of the address.
   * @param {URLSearchParams} query
   * @returns {Promise<boolean>} whether there was one
   */
  async complete(query) {
    const pending = storage.session.readJson(PENDING, undefined);
    if (!query.has("code") && !query.has("error")) return false;
    storage.session.remove(PENDING);
    // An answer that we did not ask for could sign the agent in as somebody else.
    if (!pending || query.get("state") !== pending.state || query.has("error")) return true;
    await this.#obtain({
      grant_type: "authorization_code",
      code: query.get("code") ?? "",
      code_verifier: pending.verifier,
      redirect_uri: this.redirectUri,
    });
    return true;
  }

  /** A token with some life left. @returns {Promise<string | undefined>} */
  async accessToken() {
    if (this.#tokens && this.#tokens.expiresAt - EARLY_MS < Date.now()) await this.refresh();
    return this.#tokens?.accessToken;
  }

  /** One refresh at a time, for the refresh token serves once. @returns {Promise<boolean>} */
  refresh() {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh() {
    const refreshToken = this.#tokens?.refreshToken;
    if (!refreshToken) return this.#forget();
    try {
      await this.#obtain({ grant_type: "refresh_token", refresh_token: refreshToken });
      return true;
    } catch (error) {
      // Without an answer the token may still be good; refused, it is not.
      return error.status >= 400 && error.status < 500 ? this.#forget() : false;
    }
  }

  /** @param {Record<string, string>} grant */
  async #obtain(grant) {
    const body = new URLSearchParams({ ...grant, client_id: this.configuration?.clientId ?? "" });
    const response = await fetch("/oauth/token", { method: "POST", body });
    if (!response.ok) throw await errorOf(response);
    const answer = await response.json();
    this.#tokens = {
      accessToken: answer.access_token,
      refreshToken: answer.refresh_token ?? this.#tokens?.refreshToken,
      expiresAt: Date.now() + answer.expires_in * 1000,
    };
    storage.session.writeJson(TOKENS, this.#tokens);
    this.changed();
  }

  #forget() {
    this.end();
    return false;
  }

  end() {
    this.#tokens = undefined;
    storage.session.remove(TOKENS);
    this.changed();
  }
}

/** @param {number} bytes */
function randomText(bytes) {
  return base64Url(crypto.getRandomValues(new Uint8Array(bytes)));
}

/** @param {Uint8Array} bytes */
export function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
