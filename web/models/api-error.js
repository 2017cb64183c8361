/**
 * Why a request did not succeed. `status` 0 means that no answer came: the server may or may not have done it, which
 * is why whoever sends a message looks first before sending it again.
 */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} message the server's own words, empty when there are none
   * @param {string} [field] the member of the request that it is about
   * @param {Record<string, string>} [params] what the message names
   */
  constructor(status, code, message, field, params = {}) {
    super(message || code);
    this.status = status;
    this.code = code;
    this.field = field;
    this.params = params;
  }

  get isOffline() {
    return this.status === 0;
  }

  /** Worth trying again without a person: no answer, a time-out, too many requests, a server in trouble. */
  get isTransient() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** Key of the sentence that says what happened (`i18n/*.json`). */
  get sentence() {
    const known = {
      0: "error.offline",
      401: "error.signedOut",
      403: "error.forbidden",
      404: "error.gone",
      409: "error.conflict",
      413: "error.tooLong",
      429: "error.tooMany",
    };
    return known[this.status] ?? (this.status >= 500 ? "error.server" : "error.refused");
  }
}

/** @param {Response} response @returns {Promise<ApiError>} */
export async function errorOf(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError(
    response.status,
    String(body.code ?? body.error ?? response.status),
    String(body.message ?? body.error_description ?? ""),
    body.details?.[0]?.fieldName,
    body.messageParams,
  );
}
